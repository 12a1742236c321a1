#include "simulator/anthropic_answer.hpp"

#include "core/ids.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"

namespace llmr::simulator {
namespace {

void write_blocks(JsonWriter& writer, const Answer& answer) {
    writer.key("content").begin_array();
    if (!answer.thinking.empty()) {
        writer.begin_object().field("type", "thinking").field("thinking", answer.thinking);
        writer.field("signature", thinking_signature(answer.thinking)).end_object();
    }
    if (!answer.text.empty()) {
        writer.begin_object().field("type", "text").field("text", answer.text).end_object();
    }
    for (const auto& tool : answer.tools) {
        writer.begin_object().field("type", "tool_use").field("id", "toolu_" + random_alnum(24));
        writer.field("name", tool.name).raw_field("input", tool.arguments).end_object();
    }
    writer.end_array();
}

}  // namespace

std::string_view stop_reason(const Answer& answer) {
    if (!answer.tools.empty()) {
        return "tool_use";
    }
    if (answer.cut_by_limit) {
        return "max_tokens";
    }
    return answer.stopped_by.empty() ? "end_turn" : "stop_sequence";
}

void write_stop(JsonWriter& writer, const Answer& answer) {
    const auto reason = stop_reason(answer);
    writer.field("stop_reason", reason).key("stop_sequence");
    if (reason == "stop_sequence") {
        writer.value(answer.stopped_by);
    } else {
        writer.null();
    }
}

void write_message_usage(JsonWriter& writer, const Answer& answer, const MessageFrame& frame,
                         std::int64_t output_tokens) {
    const auto& cache = frame.cache;
    writer.begin_object();
    writer.field("input_tokens", answer.prompt_tokens - cache.read - cache.written());
    writer.field("cache_creation_input_tokens", cache.written());
    writer.field("cache_read_input_tokens", cache.read);
    writer.key("cache_creation").begin_object();
    writer.field("ephemeral_5m_input_tokens", cache.written_5m);
    writer.field("ephemeral_1h_input_tokens", cache.written_1h).end_object();
    writer.field("output_tokens", output_tokens).field("service_tier", "standard").end_object();
}

std::string message_object(const Answer& answer, const MessageFrame& frame) {
    std::string out;
    out.reserve(answer.text.size() + 768);
    JsonWriter writer(out);
    writer.begin_object().field("id", frame.id).field("type", "message");
    writer.field("role", "assistant").field("model", frame.model);
    write_blocks(writer, answer);
    write_stop(writer, answer);
    if (!frame.omit_usage) {
        writer.key("usage");
        write_message_usage(writer, answer, frame, answer.output_tokens);
    }
    writer.end_object();
    return out;
}

std::string thinking_signature(std::string_view thinking) {
    std::string bytes;
    for (const auto byte : sha256("simulated thinking: " + std::string(thinking))) {
        bytes.push_back(static_cast<char>(byte));
    }
    return base64_encode(bytes);
}

}  // namespace llmr::simulator
