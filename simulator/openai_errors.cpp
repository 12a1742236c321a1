#include "core/json.hpp"
#include "simulator/http_head.hpp"
#include "simulator/openai_error.hpp"
#include "simulator/openai_models.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

OpenAiError usual_error(int status) {
    switch (status) {
        case 401:
            return {status, "Incorrect API key provided.", "", "invalid_api_key"};
        case 403:
            return {status, "Country, region, or territory not supported", "",
                    "unsupported_country_region_territory", "request_forbidden"};
        case 404:
            return {status, "The model does not exist or you do not have access to it.", "",
                    "model_not_found"};
        case 429:
            return {status,
                    "Rate limit reached for requests per min (RPM): Limit 3, Used 3, "
                    "Requested 1. Please try again in 20s.",
                    "", "rate_limit_exceeded", "requests"};
        case 500:
            return {status,
                    "The server had an error while processing your request. Sorry about that!", "",
                    "", "server_error"};
        case 503:
            return {status, "The engine is currently overloaded, please try again later.", "", "",
                    "server_error"};
        default:
            return {status, std::string(reason_phrase(status)), "", "",
                    status >= 500 ? "server_error" : "invalid_request_error"};
    }
}

void write_or_null(JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    if (text.empty()) {
        writer.null();
    } else {
        writer.value(text);
    }
}

}  // namespace

Reply openai_error(const OpenAiError& error) {
    Reply reply;
    reply.status = error.status;
    reply.content_type = "application/json";
    JsonWriter writer(reply.body);
    writer.begin_object().key("error").begin_object();
    writer.field("message", error.message).field("type", error.type);
    write_or_null(writer, "param", error.param);
    write_or_null(writer, "code", error.code);
    writer.end_object().end_object();
    return reply;
}

std::string openai_error_event(const Behaviour* behaviour) {
    const auto error =
        openai_error({500, stream_error_message(behaviour), {}, "server_error", "server_error"});
    return "data: " + error.body + "\n\n";
}

Reply openai_fault(const Behaviour& behaviour) {
    auto error = usual_error(behaviour.error_status);
    if (!behaviour.error_message.empty()) {
        error.message = behaviour.error_message;
    }
    if (!behaviour.error_code.empty()) {
        error.code = behaviour.error_code;
        if (error.code == "insufficient_quota") {
            error.type = error.code;
        }
    }
    auto reply = openai_error(error);
    if (behaviour.retry_after_seconds > 0) {
        reply.extra_lines =
            "Retry-After: " + std::to_string(behaviour.retry_after_seconds) + "\r\n";
    }
    return reply;
}

OpenAiError openai_model_not_found(std::string_view model) {
    return {
        404,
        "The model `" + std::string(model) + "` does not exist or you do not have access to it.",
        "", "model_not_found"};
}

OpenAiError openai_too_long(const OpenAiModel& model, std::int64_t tokens) {
    return {400,
            "This model's maximum context length is " + std::to_string(model.context_length) +
                " tokens. However, your messages resulted in " + std::to_string(tokens) +
                " tokens. Please reduce the length of the messages.",
            "messages", "context_length_exceeded"};
}

}  // namespace llmr::simulator
