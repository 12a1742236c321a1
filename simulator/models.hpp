#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace llmr::simulator {

/// One model the simulated Ollama has.
struct SimulatedModel {
    std::string name;
    std::string family;
    std::string parameter_size;  ///< "7B"
    std::int64_t size_bytes = 0;
    std::int64_t context_length = 4096;
    std::vector<std::string> capabilities;  ///< completion, tools, vision, embedding, ...
    int embedding_length = 0;               ///< width of the model; of its vectors if it embeds
};

/// The 14 models of the seed and nomic-embed-text. Sizes, families, windows and capabilities are
/// those of the Ollama library.
std::vector<SimulatedModel> seed_models();

/// A model of usual size from "NAME=CAPABILITY,...", such as "llava:7b=completion,vision".
Result<SimulatedModel> parse_model(std::string_view text);

/// Lower case, and ":latest" where no tag is given.
std::string canonical_model_name(std::string_view name);

/// A model on this server's disk, and whether it is in memory.
struct StoredModel {
    SimulatedModel model;
    std::string digest;                            ///< 64 hex characters, its own for each name
    std::string modified_at;                       ///< RFC 3339
    std::atomic<std::int64_t> loaded_until_ms{0};  ///< UTC; 0: not loaded; INT64_MAX: for good
    std::atomic<std::int64_t> num_ctx{0};          ///< the window it was loaded with

    bool can(std::string_view capability) const;
};

/// Marks a model as loaded with this window for `keep_ms` from now; INT64_MAX: for good, 0: not.
void keep_loaded(StoredModel& model, std::int64_t keep_ms, std::int64_t num_ctx);

/// The models of one server. Thread-safe: the list is fixed, load states are atomic.
class ModelStore {
public:
    explicit ModelStore(std::vector<SimulatedModel> models);
    /// Null if there is no such model.
    StoredModel* find(std::string_view name) const;
    /// Newest first, as Ollama lists them.
    const std::vector<std::unique_ptr<StoredModel>>& all() const { return models_; }

private:
    std::vector<std::unique_ptr<StoredModel>> models_;
};

}  // namespace llmr::simulator
