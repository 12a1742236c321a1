#include "core/json.hpp"
#include "simulator/http_head.hpp"
#include "simulator/ollama_api.hpp"

namespace llmr::simulator {

Reply ollama_error(int status, std::string_view text) {
    Reply reply;
    reply.status = status;
    JsonWriter(reply.body).begin_object().field("error", text).end_object();
    return reply;
}

std::string_view usual_ollama_error(int status) {
    switch (status) {
        case 401:
            return "unauthorized";
        case 404:
            return "model not found, try pulling it first";
        case 499:
            return "request canceled";
        case 500:
            return "llama runner process has terminated: exit status 2";
        case 503:
            return "server busy, please try again.  maximum pending requests exceeded";
        default:
            return reason_phrase(status);
    }
}

Reply ollama_fault(const Behaviour& behaviour) {
    const std::string_view text = behaviour.error_message.empty()
                                      ? usual_ollama_error(behaviour.error_status)
                                      : std::string_view(behaviour.error_message);
    auto reply = ollama_error(behaviour.error_status, text);
    if (behaviour.retry_after_seconds > 0) {
        reply.extra_lines =
            "Retry-After: " + std::to_string(behaviour.retry_after_seconds) + "\r\n";
    }
    return reply;
}

}  // namespace llmr::simulator
