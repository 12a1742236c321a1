#include <fmt/format.h>

#include "core/json.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/response_store.hpp"

namespace llmr::daemon::handlers {
namespace {

Error unknown_response(std::string_view id, const ResponseStore& store) {
    const char* why = store.enabled() ? "" : "; this router keeps none (LLM_RESPONSES_STORE=0)";
    return Error(Errc::not_found, fmt::format("Response with id '{}' not found{}.", id, why));
}

}  // namespace

net::Task<void> stored_response(RequestContext& context) {
    ResponseStore& store = *context.worker.services().responses;
    auto stored = store.find(context.tail, context.key_id);
    Reply reply = stored ? json_reply(std::move(stored->response))
                         : error_reply(context.dialect, unknown_response(context.tail, store));
    co_await context.client.send(std::move(reply));
}

net::Task<void> delete_response(RequestContext& context) {
    ResponseStore& store = *context.worker.services().responses;
    const bool existed = store.erase(context.tail, context.key_id);
    Reply reply;
    if (existed) {
        std::string body;
        JsonWriter out(body);
        out.begin_object().field("id", context.tail).field("object", "response");
        out.field("deleted", true).end_object();
        reply = json_reply(std::move(body));
    } else {
        reply = error_reply(context.dialect, unknown_response(context.tail, store));
    }
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
