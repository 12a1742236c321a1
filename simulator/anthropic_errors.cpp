#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/anthropic_error.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

struct Usual {
    int status;
    std::string_view type;
    std::string_view message;
};
constexpr Usual kUsual[] = {
    {400, "invalid_request_error", "Invalid request"},
    {401, "authentication_error", "invalid x-api-key"},
    {402, "billing_error", "Your credit balance is too low to access the Anthropic API."},
    {403, "permission_error", "Your API key does not have permission to use this resource"},
    {404, "not_found_error", "Not found"},
    {413, "request_too_large", "Request exceeds the maximum size"},
    {429, "rate_limit_error",
     "This request would exceed your organization's rate limit of 50 requests per minute."},
    {500, "api_error", "Internal server error"},
    {504, "timeout_error", "Request timed out"},
    {529, "overloaded_error", "Overloaded"},
};

Usual usual_of(int status) {
    for (const Usual& usual : kUsual) {
        if (usual.status == status) {
            return usual;
        }
    }
    return status >= 500 ? Usual{status, "api_error", "Internal server error"}
                         : Usual{status, "invalid_request_error", "Invalid request"};
}

}  // namespace

std::string anthropic_request_id() {
    return "req_011" + random_alnum(21);
}

Reply anthropic_error(const AnthropicError& error) {
    const std::string id = anthropic_request_id();
    Reply reply;
    reply.status = error.status;
    reply.content_type = "application/json";
    reply.extra_lines = "request-id: " + id + "\r\n";
    JsonWriter writer(reply.body);
    writer.begin_object().field("type", "error").key("error").begin_object();
    if (error.type.empty()) {
        writer.field("type", usual_of(error.status).type);
    } else {
        writer.field("type", error.type);
    }
    writer.field("message", error.message).end_object();
    writer.field("request_id", id).end_object();
    return reply;
}

std::string anthropic_error_event(const Behaviour* behaviour) {
    const auto error = anthropic_error({529, stream_error_message(behaviour), {}});
    return "event: error\ndata: " + error.body + "\n\n";
}

Reply anthropic_fault(const Behaviour& behaviour) {
    AnthropicError error;
    error.status = behaviour.error_status;
    error.type = behaviour.error_code;
    error.message = behaviour.error_message.empty()
                        ? std::string(usual_of(behaviour.error_status).message)
                        : behaviour.error_message;
    auto reply = anthropic_error(error);
    if (behaviour.retry_after_seconds > 0) {
        reply.extra_lines +=
            "retry-after: " + std::to_string(behaviour.retry_after_seconds) + "\r\n";
    }
    return reply;
}

}  // namespace llmr::simulator
