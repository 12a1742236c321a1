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

}  // namespace

std::string error_body(Dialect dialect, const Error& error) {
    const std::string_view code = code_string(error.code);
    const std::string_view message = error.message.empty() ? code : std::string_view(error.message);
    std::string body;
    JsonWriter out(body);
    if (dialect == Dialect::ollama) {
        out.begin_object().field("error", message).end_object();
        return body;
    }
    out.begin_object().key("error").begin_object().field("message", message);
    out.field("type", openai_type(error.code, http_status(error))).key("param");
    if (error.param.empty())
        out.null();
    else
        out.value(error.param);
    out.field("code", code).end_object().end_object();
    return body;
}

std::string stream_error_frame(Dialect dialect, const Error& error) {
    std::string frame;
    if (dialect == Dialect::ollama)
        frame = error_body(dialect, error) + "\n";
    else
        write_sse(frame, error_body(dialect, error));
    return frame;
}

std::string_view heartbeat_frame(Dialect dialect) {
    return dialect == Dialect::openai_chat ? ": ping\n\n" : "";
}

}  // namespace llmr::providers
