#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "providers/codec.hpp"

/// The members that Anthropic's events and bodies have in common.
namespace llmr::providers {

/// "end_turn", "max_tokens", "tool_use" or "refusal".
std::string_view anthropic_stop_reason(const AnswerSummary& summary, bool has_calls);
/// "usage" from what was reported, else estimated; the cache counts stand beside the input.
void write_anthropic_usage(JsonWriter& out, const ExchangeSpec& spec, const AnswerSummary& summary);
/// The upstream's id, or one that depends on the answer's and the call's number only.
std::string anthropic_call_id(const ExchangeSpec& spec, std::string_view given, int number);

}  // namespace llmr::providers
