#include "simulator/openai_answer.hpp"

#include "core/ids.hpp"
#include "simulator/dialect.hpp"
#include "simulator/logprobs.hpp"

namespace llmr::simulator {
namespace {

void write_tool_calls(JsonWriter& writer, const std::vector<CalledTool>& tools) {
    writer.key("tool_calls").begin_array();
    for (const auto& tool : tools) {
        writer.begin_object();
        writer.field("id", "call_" + random_alnum(24)).field("type", "function");
        writer.key("function").begin_object();
        writer.field("name", tool.name).field("arguments", tool.arguments);
        writer.end_object().end_object();
    }
    writer.end_array();
}

void write_choice(JsonWriter& writer, const Answer& answer, const CompletionFrame& frame,
                  int index) {
    writer.begin_object().field("index", index);
    writer.key("message").begin_object().field("role", "assistant");
    if (!answer.tools.empty()) {
        writer.key("content").null();
        write_tool_calls(writer, answer.tools);
    } else {
        writer.field("content", answer.text);
    }
    if (!answer.thinking.empty()) {
        frame.dialect->write_reasoning(writer, answer.thinking);
    }
    frame.dialect->write_message_extras(writer, answer);
    writer.end_object();
    writer.key("logprobs");
    write_choice_logprobs(writer, frame, answer.text);
    const auto reason = finish_reason(answer, frame);
    writer.field("finish_reason", reason);
    frame.dialect->write_choice_extras(writer, frame, reason, ChoicePart::whole);
    writer.end_object();
}

}  // namespace

void write_choice_logprobs(JsonWriter& writer, const CompletionFrame& frame,
                           std::string_view text) {
    if (!frame.logprobs || text.empty()) {
        writer.null();
        return;
    }
    writer.begin_object().key("content");
    write_token_logprobs(writer, text, frame.top_logprobs);
    writer.key("refusal").null().end_object();
}

std::string_view finish_reason(const Answer& answer, const CompletionFrame& frame) {
    if (!frame.finish_reason.empty()) {
        return frame.finish_reason;
    }
    if (!answer.tools.empty()) {
        return "tool_calls";
    }
    return answer.cut_by_limit ? "length" : "stop";
}

bool tells_usage(const CompletionFrame& frame) {
    return !frame.omit_usage && (frame.include_usage || frame.dialect->traits().usage_always);
}

bool writes_null_usage(const CompletionFrame& frame) {
    return frame.include_usage && frame.dialect->traits().usage_null;
}

void Dialect::write_reasoning(JsonWriter& writer, std::string_view text) const {
    if (!traits_.reasoning_key.empty()) {
        writer.field(traits_.reasoning_key, text);
    }
}

void Dialect::write_message_extras(JsonWriter& writer, const Answer&) const {
    writer.key("refusal").null().key("annotations").begin_array().end_array();
}

void Dialect::write_choice_extras(JsonWriter&, const CompletionFrame&, std::string_view,
                                  ChoicePart) const {}

void Dialect::write_extras(JsonWriter& writer, const CompletionFrame&, bool) const {
    writer.field("service_tier", "default").field("system_fingerprint", "fp_simulated");
}

void Dialect::write_embedding_usage(JsonWriter& writer, const OpenAiModel&,
                                    std::int64_t tokens) const {
    writer.begin_object().field("prompt_tokens", tokens);
    writer.field("total_tokens", tokens).end_object();
}

void Dialect::write_usage(JsonWriter& writer, const Answer& answer,
                          const CompletionFrame& frame) const {
    const auto output = answer.output_tokens * frame.choices;
    writer.begin_object();
    writer.field("prompt_tokens", answer.prompt_tokens).field("completion_tokens", output);
    writer.field("total_tokens", answer.prompt_tokens + output);
    writer.key("prompt_tokens_details").begin_object();
    writer.field("cached_tokens", 0).field("audio_tokens", 0).end_object();
    writer.key("completion_tokens_details").begin_object();
    writer.field("reasoning_tokens", answer.thinking_tokens * frame.choices)
        .field("audio_tokens", 0);
    writer.field("accepted_prediction_tokens", 0).field("rejected_prediction_tokens", 0);
    writer.end_object().end_object();
}

std::string completion_object(const Answer& answer, const CompletionFrame& frame) {
    std::string out;
    out.reserve(answer.text.size() + 768);
    JsonWriter writer(out);
    writer.begin_object().field("id", frame.id).field("object", "chat.completion");
    writer.field("created", frame.created).field("model", frame.model);
    writer.key("choices").begin_array();
    for (int index = 0; index < frame.choices; ++index) {
        write_choice(writer, answer, frame, index);
    }
    writer.end_array();
    if (!frame.omit_usage) {
        writer.key("usage");
        frame.dialect->write_usage(writer, answer, frame);
    }
    frame.dialect->write_extras(writer, frame, /*whole=*/true);
    writer.end_object();
    return out;
}

}  // namespace llmr::simulator
