#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmr::providers {

/// What is known of a Gemini model by its name alone.
struct GeminiModel {
    /// How the model is told how much to think.
    enum class Thinking : std::uint8_t {
        none,    ///< it does not think, and refuses `thinkingConfig`
        budget,  ///< Gemini 2.5: `thinkingBudget`, in tokens
        level    ///< Gemini 3: `thinkingLevel`
    };

    std::string_view name;  ///< as the server's paths have it: without "models/" or "google/"
    Thinking thinking = Thinking::none;
    std::int64_t least_budget = 0;  ///< 0: thinking can be switched off
    std::int64_t most_budget = 0;
    bool minimal_level = false;
    bool medium_level = false;
    bool wants_signatures = false;   ///< 400 where a function call comes back without its signature
    bool json_beside_tools = false;  ///< takes responseMimeType in a request that offers tools
};

/// Nothing special for an unknown name. The result points into `model`.
GeminiModel gemini_model(std::string_view model);

/// "/models/{name}:{method}". What has a meaning of its own in a path is escaped in the name.
std::string gemini_path(std::string_view model, std::string_view method);

}  // namespace llmr::providers
