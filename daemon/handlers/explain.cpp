#include <array>
#include <utility>

#include "core/json.hpp"
#include "daemon/endpoints.hpp"
#include "daemon/explanation.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/query/decide.hpp"
#include "daemon/query_string.hpp"
#include "daemon/time_param.hpp"
#include "providers/codec.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Which request a body is.
struct Shape {
    std::string_view path;
    Dialect dialect = Dialect::openai_chat;
    Operation operation = Operation::chat;
};
constexpr std::array kShapes{
    Shape{"/v1/chat/completions", Dialect::openai_chat, Operation::chat},
    Shape{"/v1/completions", Dialect::openai_chat, Operation::complete},
    Shape{"/v1/responses", Dialect::openai_responses, Operation::chat},
    Shape{"/v1/messages", Dialect::anthropic, Operation::chat},
    Shape{"/v1/embeddings", Dialect::openai_chat, Operation::embed},
    Shape{"/api/chat", Dialect::ollama, Operation::chat},
    Shape{"/api/generate", Dialect::ollama, Operation::generate},
    Shape{"/api/embed", Dialect::ollama, Operation::embed},
    Shape{"/api/embeddings", Dialect::ollama, Operation::legacy_embed},
};

/// Of a path in the table.
constexpr Shape shape_at(std::string_view path) {
    for (const Shape& shape : kShapes)
        if (shape.path == path) return shape;
    return {};
}

/// From its members, if the client does not say.
Shape guessed_shape(simdjson::dom::element body) {
    if (get_value(body, "input")) return shape_at("/v1/embeddings");
    if (get_value(body, "prompt")) return shape_at("/api/generate");
    if (get_value(body, "options") || get_value(body, "keep_alive")) return shape_at("/api/chat");
    return shape_at("/v1/chat/completions");
}

/// `for`: the path that the body would be sent to.
Result<Shape> shape_of(std::string_view query, simdjson::dom::element body) {
    auto params = parse_query(query, {"for"});
    if (!params) return params.error();
    const std::string_view asked = param_at(*params, "for");
    if (asked.empty()) return guessed_shape(body);
    const std::string path = normalise_path(asked);
    std::string known;
    for (const Shape& shape : kShapes) {
        if (shape.path == path) return shape;
        known += (known.empty() ? "" : ", ") + std::string(shape.path);
    }
    return Error(Errc::invalid_parameter, "for must be one of " + known, "for");
}

Result<std::string> explained(RequestContext& context) {
    Worker& worker = context.worker;
    auto hints = RequestHints::read(context);
    if (!hints) return hints.error();
    auto root = thread_json_parser().parse(context.body());
    if (!root) return root.error();
    auto shape = shape_of(context.query, *root);
    if (!shape) return shape.error();
    auto request = providers::parse_request(shape->dialect, shape->operation, *root);
    if (!request) return request.error();
    auto decision = decide(worker, *request, *hints, ShareMode::peek);
    if (!decision) return decision.error();
    return explanation(*decision, worker.services(), *worker.config(), hints->local_only);
}

}  // namespace

net::Task<void> explain(RequestContext& context) {
    auto body = explained(context);
    Reply reply = body ? json_reply(std::move(*body)) : error_reply(context.dialect, body.error());
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
