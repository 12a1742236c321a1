#include "core/json.hpp"
#include "simulator/gemini_error.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

struct Usual {
    int code;
    std::string_view status;
    std::string_view message;
};
constexpr Usual kUsual[] = {
    {400, "INVALID_ARGUMENT", "Request contains an invalid argument."},
    {401, "UNAUTHENTICATED", "Request had invalid authentication credentials."},
    {403, "PERMISSION_DENIED", "The caller does not have permission"},
    {404, "NOT_FOUND", "Requested entity was not found."},
    {429, "RESOURCE_EXHAUSTED",
     "You exceeded your current quota, please check your plan and billing details."},
    {499, "CANCELLED", "The operation was cancelled."},
    {500, "INTERNAL", "An internal error has occurred. Please retry."},
    {503, "UNAVAILABLE", "The model is overloaded. Please try again later."},
    {504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."},
};

Usual usual_of(int code) {
    for (const Usual& usual : kUsual) {
        if (usual.code == code) {
            return usual;
        }
    }
    return code >= 500 ? Usual{code, "INTERNAL", "An internal error has occurred."}
                       : Usual{code, "INVALID_ARGUMENT", "Request contains an invalid argument."};
}

void write_details(JsonWriter& writer, const GeminiError& error) {
    if (error.reason.empty() && error.retry_after_seconds == 0) {
        return;
    }
    writer.key("details").begin_array();
    if (!error.reason.empty()) {
        writer.begin_object().field("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        writer.field("reason", error.reason).field("domain", "googleapis.com").end_object();
    }
    if (error.retry_after_seconds > 0) {
        writer.begin_object().field("@type", "type.googleapis.com/google.rpc.RetryInfo");
        writer.field("retryDelay", std::to_string(error.retry_after_seconds) + "s").end_object();
    }
    writer.end_array();
}

std::string error_object(const GeminiError& error) {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key("error").begin_object().field("code", error.code);
    writer.field("message", error.message).key("status");
    if (error.status.empty()) {
        writer.value(usual_of(error.code).status);
    } else {
        writer.value(error.status);
    }
    write_details(writer, error);
    writer.end_object().end_object();
    return body;
}

}  // namespace

Reply gemini_error(const GeminiError& error, bool stream) {
    Reply reply;
    reply.status = error.code;
    reply.content_type = "application/json; charset=UTF-8";
    reply.body = stream ? "[" + error_object(error) + "\n]\n" : error_object(error) + "\n";
    return reply;
}

std::string gemini_error_object(const Behaviour* behaviour) {
    return error_object({503, stream_error_message(behaviour), {}, 0, {}});
}

Reply gemini_fault(const Behaviour& behaviour, bool stream) {
    GeminiError error;
    error.code = behaviour.error_status;
    error.status = behaviour.error_code;
    error.retry_after_seconds = behaviour.retry_after_seconds;
    error.message = behaviour.error_message.empty()
                        ? std::string(usual_of(behaviour.error_status).message)
                        : behaviour.error_message;
    return gemini_error(error, stream);
}

}  // namespace llmr::simulator
