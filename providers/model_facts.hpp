#pragma once

#include <cstdint>
#include <string_view>

namespace llmr::providers {

/// What is known of OpenAI-style models by their name alone, "vendor/" prefixes left aside.
struct ModelFacts {
    bool max_completion_tokens = false;     ///< refuses max_tokens
    bool reasons = false;                   ///< takes reasoning_effort
    bool refuses_effort = false;            ///< answers 400 to reasoning_effort
    bool wants_reasoning_back = false;      ///< tool turns must carry their reasoning_content
    bool anthropic_thinking = true;         ///< takes `thinking` with a budget
    std::int64_t max_output_tokens = 8192;  ///< Anthropic: for clients that give no limit
};

/// Nothing special for an unknown name.
ModelFacts model_facts(std::string_view model);

}  // namespace llmr::providers
