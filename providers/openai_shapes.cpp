#include "providers/openai_shapes.hpp"

namespace llmr::providers {
namespace {

void write_entry(JsonWriter& out, simdjson::dom::element entry, bool with_alternatives) {
    out.begin_object().field("token", get_string(entry, "token").value_or(""));
    out.field("logprob", get_double(entry, "logprob").value_or(0.0)).key("bytes");
    const auto bytes = get_value(entry, "bytes");
    if (bytes)
        out.value(*bytes);
    else
        out.null();
    if (with_alternatives) {
        out.key("top_logprobs").begin_array();
        const auto alternatives = get_value(entry, "top_logprobs");
        simdjson::dom::array items;
        if (alternatives && alternatives->get(items) == simdjson::SUCCESS) {
            for (const simdjson::dom::element item : items)
                write_entry(out, item, false);
        }
        out.end_array();
    }
    out.end_object();
}

}  // namespace

void write_openai_head(JsonWriter& out, const ExchangeSpec& spec, std::string_view object) {
    out.field("id", spec.answer_id).field("object", object);
    out.field("created", spec.created_ms / 1000).field("model", spec.model);
}

void write_openai_usage(JsonWriter& out, const AnswerSummary& summary) {
    const Usage& usage = summary.usage;
    const std::int64_t output =
        usage.source == UsageSource::none ? summary.estimated_output_tokens : usage.output_total();
    out.key("usage").begin_object().field("prompt_tokens", usage.input_total());
    out.field("completion_tokens", output).field("total_tokens", usage.input_total() + output);
    if (usage.cache_read > 0) {
        out.key("prompt_tokens_details").begin_object();
        out.field("cached_tokens", usage.cache_read).end_object();
    }
    if (usage.reasoning > 0) {
        out.key("completion_tokens_details").begin_object();
        out.field("reasoning_tokens", usage.reasoning).end_object();
    }
    out.end_object();
}

void append_openai_logprobs(std::string& entries, simdjson::dom::element array) {
    simdjson::dom::array items;
    if (array.get(items) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element entry : items) {
        if (!entries.empty()) entries.push_back(',');
        JsonWriter out(entries);
        write_entry(out, entry, /*with_alternatives=*/true);
    }
}

void write_openai_logprobs(JsonWriter& out, const std::string& entries) {
    out.key("logprobs").begin_object().key("content").begin_array().raw(entries).end_array();
    out.end_object();
}

void write_thought_signature(JsonWriter& out, std::string_view signature) {
    if (signature.empty()) return;
    out.key("extra_content").begin_object().key("google").begin_object();
    out.field("thought_signature", signature).end_object().end_object();
}

std::string openai_finish(const AnswerSummary& summary) {
    return summary.finish_reason.empty() ? "stop" : summary.finish_reason;
}

std::string invented_call_id(const ExchangeSpec& spec, int index) {
    const std::size_t dash = spec.answer_id.find('-');
    const std::string tail =
        dash == std::string::npos ? spec.answer_id : spec.answer_id.substr(dash + 1);
    return "call_" + tail + "_" + std::to_string(index);
}

}  // namespace llmr::providers
