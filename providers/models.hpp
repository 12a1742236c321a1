#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

/// What models there are, in the shapes of every dialect.
namespace llmr::providers {

struct ModelEntry {
    std::string name;  ///< with tag
    std::int64_t modified_ms = 0;
    std::string owned_by;
    std::string tags_json;  ///< the upstream's own /api/tags object, empty for a virtual model

    // Of a virtual model, for Ollama's clients:
    std::int64_t context_length = 4096;
    std::vector<std::string_view> capabilities{"completion", "tools"};
};

/// GET /v1/models and /v1/models/{id} for OpenAI's clients.
std::string openai_model_list(const std::vector<ModelEntry>& models);
std::string openai_model(const ModelEntry& model);

/// Which part of the list an Anthropic client asks for.
struct ModelPage {
    std::size_t limit = 20;
    std::string after_id;
    std::string before_id;
};
/// The same paths for Anthropic's. Error: invalid_parameter for an id that is not in the list, or
/// both ids.
Result<std::string> anthropic_model_list(const std::vector<ModelEntry>& models,
                                         const ModelPage& page);
std::string anthropic_model(const ModelEntry& model);

/// GET /api/tags. Virtual models get complete details and a digest of their own.
std::string ollama_model_list(const std::vector<ModelEntry>& models);
/// GET /api/ps: virtual models, which are always ready, before `loaded`, the entries of upstreams.
std::string ollama_loaded_list(const std::vector<ModelEntry>& models,
                               const std::vector<std::string>& loaded);
/// POST /api/show for a virtual model (`auto`, ...): model_info with one context_length key,
/// capabilities, template naming tools.
std::string ollama_show_virtual(const ModelEntry& model);

/// A JSON object with the fractions of seconds in its `modified_at` and `expires_at` cut to six
/// digits: Ollama writes nine, which Python before 3.11 does not read.
std::string with_short_times(std::string object_json);

}  // namespace llmr::providers
