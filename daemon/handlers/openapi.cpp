#include <utility>

#include "daemon/handlers/handlers.hpp"
#include "daemon/openapi/document.hpp"

namespace llmr::daemon::handlers {

net::Task<void> openapi(RequestContext& context) {
    Reply reply = json_reply(std::string(openapi_document()));
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
