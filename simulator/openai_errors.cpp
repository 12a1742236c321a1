#include "core/json.hpp"
#include "simulator/dialect.hpp"
#include "simulator/http_head.hpp"

namespace llmr::simulator {
void write_or_null(JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    if (text.empty()) {
        writer.null();
    } else {
        writer.value(text);
    }
}

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

OpenAiError Dialect::usual_error(int status, std::string_view kind) const {
    if (kind == "quota") {
        return {status,
                "You exceeded your current quota, please check your plan and billing details.", "",
                "insufficient_quota", "insufficient_quota"};
    }
    if (kind == "content_filter") {
        return {status, "Your request was rejected as a result of our safety system.", "",
                "content_policy_violation"};
    }
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

Reply Dialect::error(const OpenAiError& error) const {
    return openai_error(error);
}

std::string Dialect::error_event(const OpenAiError& error) const {
    auto event = "data: " + this->error(error).body + "\n\n";
    if (traits_.done_after_error) {
        event += "data: [DONE]\n\n";
    }
    return event;
}

OpenAiError Dialect::unknown_model(std::string_view name) const {
    return {404,
            "The model `" + std::string(name) + "` does not exist or you do not have access to it.",
            "", "model_not_found"};
}

}  // namespace llmr::simulator
