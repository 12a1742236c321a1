#include "daemon/handlers/handlers.hpp"
#include "daemon/query/query_run.hpp"

namespace llmr::daemon::handlers {
namespace {

net::Task<void> run_query(RequestContext& context, Operation operation) {
    QueryRun run(context, operation);
    co_await run.run();
}

}  // namespace

net::Task<void> chat(RequestContext& context) {
    return run_query(context, Operation::chat);
}

net::Task<void> complete(RequestContext& context) {
    return run_query(context, Operation::complete);
}

net::Task<void> generate(RequestContext& context) {
    return run_query(context, Operation::generate);
}

net::Task<void> embed(RequestContext& context) {
    return run_query(context, Operation::embed);
}

net::Task<void> legacy_embed(RequestContext& context) {
    return run_query(context, Operation::legacy_embed);
}

}  // namespace llmr::daemon::handlers
