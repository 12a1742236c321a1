#include <array>

#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/sse.hpp"

namespace llmr::providers {
namespace {

std::string_view openai_type(Errc code, int status) {
    if (code == Errc::insufficient_quota) return "insufficient_quota";
    if (status == 429) return "rate_limit_error";
    return status >= 500 ? "server_error" : "invalid_request_error";
}

struct AnthropicType {
    int status;
    std::string_view type;
};
// https://docs.anthropic.com/en/api/errors
constexpr std::array kAnthropicTypes{
    AnthropicType{401, "authentication_error"}, AnthropicType{402, "billing_error"},
    AnthropicType{403, "permission_error"},     AnthropicType{404, "not_found_error"},
    AnthropicType{413, "request_too_large"},    AnthropicType{429, "rate_limit_error"},
    AnthropicType{503, "overloaded_error"},     AnthropicType{504, "timeout_error"},
    AnthropicType{529, "overloaded_error"},
};

std::string_view anthropic_type(int status) {
    for (const AnthropicType& row : kAnthropicTypes) {
        if (row.status == status) return row.type;
    }
    return status >= 500 ? "api_error" : "invalid_request_error";
}

/// What clients look for in the message of a prompt that is too long.
std::string_view overflow_words(Dialect dialect) {
    switch (dialect) {
        case Dialect::anthropic:
            return "prompt is too long";
        case Dialect::ollama:
            return "exceeds the context length";
        default:
            return "maximum context length";
    }
}

std::string message_of(Dialect dialect, const Error& error) {
    std::string message(error.message.empty() ? code_string(error.code)
                                              : std::string_view(error.message));
    if (error.code != Errc::context_length_exceeded) return message;
    const std::string_view words = overflow_words(dialect);
    if (message.find(words) != std::string::npos) return message;
    switch (dialect) {
        case Dialect::anthropic:
            return std::string(words).append(": ").append(message);
        case Dialect::ollama:
            return "the input length " + std::string(words) + ": " + message;
        default:
            return "This model's " + std::string(words) + " is exceeded: " + message;
    }
}

void write_optional(JsonWriter& out, std::string_view key, std::string_view value) {
    out.key(key);
    if (value.empty())
        out.null();
    else
        out.value(value);
}

std::string openai_body(const Error& error, std::string_view message) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().key("error").begin_object().field("message", message);
    out.field("type", openai_type(error.code, http_status(error)));
    write_optional(out, "param", error.param);
    out.field("code", code_string(error.code)).end_object().end_object();
    return body;
}

std::string anthropic_body(const Error& error, std::string_view message) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().field("type", "error").key("error").begin_object();
    out.field("type", anthropic_type(http_status(error))).field("message", message);
    out.field("code", code_string(error.code)).end_object().end_object();
    return body;
}

std::string responses_event(const Error& error, std::string_view message) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().field("type", "error").field("sequence_number", 0);
    out.field("code", code_string(error.code)).field("message", message);
    write_optional(out, "param", error.param);
    out.end_object();
    return body;
}

}  // namespace

int client_status(Dialect dialect, const Error& error) {
    constexpr int kOverloaded = 529;  // Anthropic's own
    const int status = http_status(error);
    return dialect == Dialect::anthropic && error.code == Errc::queue_full ? kOverloaded : status;
}

std::string error_body(Dialect dialect, const Error& error) {
    const std::string message = message_of(dialect, error);
    if (dialect == Dialect::anthropic) return anthropic_body(error, message);
    if (dialect != Dialect::ollama) return openai_body(error, message);
    std::string body;
    JsonWriter(body).begin_object().field("error", message).end_object();
    return body;
}

std::string stream_error_frame(Dialect dialect, const Error& error) {
    std::string frame;
    switch (dialect) {
        case Dialect::ollama:
            return error_body(dialect, error) + "\n";
        case Dialect::openai_chat:
        case Dialect::gemini:  // no client speaks it
            write_sse(frame, error_body(dialect, error));
            break;
        case Dialect::openai_responses:
            write_sse(frame, responses_event(error, message_of(dialect, error)), "error");
            break;
        case Dialect::anthropic:
            write_sse(frame, error_body(dialect, error), "error");
            break;
    }
    return frame;
}

bool error_ends_stream(Dialect dialect) {
    return dialect == Dialect::anthropic || dialect == Dialect::openai_responses;
}

std::string_view heartbeat_frame(Dialect dialect) {
    switch (dialect) {
        case Dialect::ollama:
            return {};
        case Dialect::anthropic:
            return "event: ping\ndata: {\"type\":\"ping\"}\n\n";
        default:
            return ": ping\n\n";
    }
}

}  // namespace llmr::providers
