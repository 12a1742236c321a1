#include "providers/anthropic_shapes.hpp"

namespace llmr::providers {

std::string_view anthropic_stop_reason(const AnswerSummary& summary, bool has_calls) {
    if (summary.finish_reason == "length") return "max_tokens";
    if (summary.finish_reason == "content_filter") return "refusal";
    return has_calls ? "tool_use" : "end_turn";
}

void write_anthropic_usage(JsonWriter& out, const ExchangeSpec& spec,
                           const AnswerSummary& summary) {
    const Usage& usage = summary.usage;
    const bool known = usage.source != UsageSource::none;
    out.key("usage").begin_object();
    out.field("input_tokens", known ? usage.input_uncached : spec.input_tokens);
    out.field("output_tokens", known ? usage.output_total() : summary.estimated_output_tokens);
    out.field("cache_creation_input_tokens", usage.cache_write);
    out.field("cache_read_input_tokens", usage.cache_read).end_object();
}

std::string anthropic_call_id(const ExchangeSpec& spec, std::string_view given, int number) {
    if (!given.empty()) return std::string(given);
    const std::size_t mark = spec.answer_id.find('_');
    return "toolu_" + spec.answer_id.substr(mark == std::string::npos ? 0 : mark + 1) + "_" +
           std::to_string(number);
}

}  // namespace llmr::providers
