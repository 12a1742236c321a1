#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace llmr::routing {

/// The `num_ctx` that each local model is run with: one for all of its queries, since Ollama loads
/// a model again whenever it changes. It begins at the usual size, doubles when a query needs more,
/// and never shrinks. Thread-safe; critical sections are short.
class ContextWindows {
public:
    /// Tokens: what a model begins with, and the most it may grow to.
    ContextWindows(std::int64_t usual, std::int64_t most) : usual_(usual), most_(most) {}

    /// For a query that needs `needed` tokens, prompt and answer. `trained` is the model's own
    /// limit, 0 if unknown. What exceeds the limits gets the largest window there is.
    std::int64_t choose(std::size_t upstream_index, std::string_view model, std::int64_t needed,
                        std::int64_t trained);
    /// The model's own usual size (its Modelfile's num_ctx), in place of the one for all. Nothing
    /// changes for a model that was chosen for already.
    void prefer(std::size_t upstream_index, std::string_view model, std::int64_t window);
    /// The server holds the model with this window now: a smaller one would only make it load
    /// again.
    void is_loaded_with(std::size_t upstream_index, std::string_view model, std::int64_t window);
    /// A query with this window is about to be sent. True: as far as is known the server holds the
    /// model with another one, and so will load it again.
    bool loads_again(std::size_t upstream_index, std::string_view model, std::int64_t window);
    /// Other sizes: every model begins anew. What servers hold stays known.
    void reconfigure(std::int64_t usual, std::int64_t most);

private:
    using Key = std::pair<std::size_t, std::string>;
    struct Window {
        std::int64_t chosen = 0;  ///< 0: not yet
        std::int64_t held = 0;    ///< what the server said last, or was asked for; 0: unknown
    };
    std::mutex mutex_;
    std::int64_t usual_;
    std::int64_t most_;
    std::map<Key, Window> windows_;
};

/// Tokens that a prompt estimated at `input_tokens` and its answer may need: the estimate may be a
/// quarter too low, and an answer whose limit is not stated (0) gets 1,024.
std::int64_t tokens_needed(std::int64_t input_tokens, std::int64_t max_output_tokens);

/// Did Ollama cut the prompt, as it does without a word? `counted` are the prompt tokens it
/// reports, of a prompt estimated at `estimated`, in a window of `num_ctx`. It did where they fill
/// the window, are the half that a shifted window keeps, or fall short of an estimate that was
/// close to the window by more than the estimator is ever wrong.
bool is_truncated(std::int64_t estimated, std::int64_t counted, std::int64_t num_ctx);

}  // namespace llmr::routing
