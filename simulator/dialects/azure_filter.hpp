#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

inline constexpr std::string_view kBlockedPrompt =
    "The response was filtered due to the prompt triggering Azure OpenAI's content management "
    "policy. Please modify your prompt and retry.";

/// The judgement of Azure's content filter on a piece of an answer: all safe, or blocked for
/// violence.
void write_filter_results(JsonWriter& writer, bool blocked);
/// The member prompt_filter_results: nothing was wrong with the prompt.
void write_prompt_filter_results(JsonWriter& writer);
/// The event of a filter that judges afterwards: one choice each, without delta.
std::string filter_frame(int choices);
/// 400, with what was found in the prompt.
Reply blocked_prompt(std::string_view message);

}  // namespace llmr::simulator
