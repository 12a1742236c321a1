#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// What the simulated Gemini knows of a model; derived from its name.
struct GeminiModel {
    enum class Thinking : std::uint8_t { none, budget, level };

    std::string name;  ///< without "models/"
    Thinking thinking = Thinking::none;
    bool thinks_unasked = false;  ///< without a thinkingConfig
    bool must_think = false;      ///< refuses to have it switched off
    bool third = false;           ///< Gemini 3: calls have ids, and signatures that must come back
    int embedding_length = 0;     ///< of one that embeds
    std::size_t most_inputs = 0;  ///< texts in one prediction of Vertex AI
    std::int64_t context_length = 1'048'576;
    std::int64_t max_output = 65'536;

    explicit GeminiModel(std::string_view model_name);
};

}  // namespace llmr::simulator
