#include "providers/responses_shapes.hpp"

#include <array>

namespace llmr::providers {
namespace {

struct Echoed {
    std::string_view key;
    std::string_view otherwise;
};
// OpenAI's own defaults.
constexpr std::array kEchoed{
    Echoed{"instructions", "null"},
    Echoed{"max_output_tokens", "null"},
    Echoed{"metadata", "{}"},
    Echoed{"parallel_tool_calls", "true"},
    Echoed{"previous_response_id", "null"},
    Echoed{"reasoning", R"({"effort":null,"summary":null})"},
    Echoed{"temperature", "1.0"},
    Echoed{"text", R"({"format":{"type":"text"}})"},
    Echoed{"tool_choice", R"("auto")"},
    Echoed{"tools", "[]"},
    Echoed{"top_p", "1.0"},
    Echoed{"truncation", R"("disabled")"},
    Echoed{"user", "null"},
};

std::string answer_part(const ExchangeSpec& spec) {
    const std::size_t mark = spec.answer_id.find('_');
    return spec.answer_id.substr(mark == std::string::npos ? 0 : mark + 1);
}

void write_usage(JsonWriter& out, const ExchangeSpec& spec, const AnswerSummary& summary) {
    const Usage& usage = summary.usage;
    const bool known = usage.source != UsageSource::none;
    const std::int64_t input = known ? usage.input_total() : spec.input_tokens;
    const std::int64_t output = known ? usage.output_total() : summary.estimated_output_tokens;
    out.key("usage").begin_object().field("input_tokens", input);
    out.key("input_tokens_details").begin_object().field("cached_tokens", usage.cache_read);
    out.end_object().field("output_tokens", output);
    out.key("output_tokens_details").begin_object().field("reasoning_tokens", usage.reasoning);
    out.end_object().field("total_tokens", input + output).end_object();
}

void write_incomplete(JsonWriter& out, const AnswerSummary* summary) {
    out.key("incomplete_details");
    if (summary == nullptr || response_status(*summary) != "incomplete") {
        out.null();
        return;
    }
    const bool limit = summary->finish_reason == "length";
    out.begin_object().field("reason", limit ? "max_output_tokens" : "content_filter");
    out.end_object();
}

}  // namespace

std::string responses_echo(const ChatRequest& request) {
    std::string members;
    for (const Echoed& row : kEchoed) {
        const auto value = get_value(request.root, row.key);
        if (!members.empty()) members.push_back(',');
        members.append(json_quote(row.key)).push_back(':');
        members.append(value ? to_json(*value) : std::string(row.otherwise));
    }
    return members;
}

std::string_view response_status(const AnswerSummary& summary) {
    const bool cut = summary.finish_reason == "length" || summary.finish_reason == "content_filter";
    return cut ? "incomplete" : "completed";
}

void write_response(JsonWriter& out, const ExchangeSpec& spec, std::string_view status,
                    std::string_view output, const AnswerSummary* summary) {
    out.begin_object().field("id", spec.answer_id).field("object", "response");
    out.field("created_at", spec.created_ms / 1000).field("status", status);
    out.field("background", false).key("error").null();
    write_incomplete(out, summary);
    out.field("model", spec.model).field("store", spec.stored).key("output").begin_array();
    if (!output.empty()) out.raw(output);
    out.end_array();
    if (!spec.echo.empty()) out.raw(spec.echo);
    if (summary != nullptr)
        write_usage(out, spec, *summary);
    else
        out.key("usage").null();
    out.end_object();
}

std::string item_id(const ExchangeSpec& spec, std::string_view prefix, int output_index) {
    return std::string(prefix) + "_" + answer_part(spec) + "_" + std::to_string(output_index);
}

std::string responses_call_id(const ExchangeSpec& spec, std::string_view given, int number) {
    if (!given.empty()) return std::string(given);
    return "call_" + answer_part(spec) + "_" + std::to_string(number);
}

void write_output_text(JsonWriter& out, std::string_view text, std::string_view logprobs) {
    out.begin_object().field("type", "output_text").field("text", text);
    out.key("annotations").begin_array().end_array().key("logprobs").begin_array();
    if (!logprobs.empty()) out.raw(logprobs);
    out.end_array().end_object();
}

void write_message_item(JsonWriter& out, std::string_view id, std::string_view status,
                        const std::string* text, std::string_view logprobs) {
    out.begin_object().field("id", id).field("type", "message").field("status", status);
    out.field("role", "assistant").key("content").begin_array();
    if (text != nullptr) write_output_text(out, *text, logprobs);
    out.end_array().end_object();
}

void write_reasoning_item(JsonWriter& out, std::string_view id, const std::string* text) {
    out.begin_object().field("id", id).field("type", "reasoning").key("summary").begin_array();
    if (text != nullptr)
        out.begin_object().field("type", "summary_text").field("text", *text).end_object();
    out.end_array().end_object();
}

void write_call_item(JsonWriter& out, std::string_view id, std::string_view status,
                     std::string_view call_id, std::string_view name, std::string_view arguments) {
    out.begin_object().field("id", id).field("type", "function_call").field("status", status);
    out.field("call_id", call_id).field("name", name).field("arguments", arguments).end_object();
}

}  // namespace llmr::providers
