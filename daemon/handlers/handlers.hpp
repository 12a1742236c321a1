#pragma once

#include "daemon/request_context.hpp"
#include "net/executor.hpp"

/// One function per row of the endpoint table. They answer through `context.client` and report
/// failures in `context.dialect`.
namespace llmr::daemon::handlers {

// model queries (query.cpp)
net::Task<void> chat(RequestContext& context);
net::Task<void> complete(RequestContext& context);
net::Task<void> generate(RequestContext& context);
net::Task<void> embed(RequestContext& context);
net::Task<void> legacy_embed(RequestContext& context);

// answers that were kept (responses.cpp)
net::Task<void> stored_response(RequestContext& context);
net::Task<void> delete_response(RequestContext& context);

// without a model (count_tokens.cpp)
net::Task<void> count_tokens(RequestContext& context);

// model lists (models.cpp)
net::Task<void> openai_models(RequestContext& context);
net::Task<void> openai_model(RequestContext& context);
net::Task<void> ollama_tags(RequestContext& context);
net::Task<void> ollama_ps(RequestContext& context);
net::Task<void> ollama_show(RequestContext& context);
net::Task<void> ollama_version(RequestContext& context);
net::Task<void> ollama_status(RequestContext& context);

// Ollama's model management (pull.cpp)
net::Task<void> ollama_pull(RequestContext& context);
net::Task<void> no_model_management(RequestContext& context);

// the router about itself
net::Task<void> explain(RequestContext& context);
net::Task<void> feedback(RequestContext& context);
net::Task<void> stats(RequestContext& context);
net::Task<void> timeseries(RequestContext& context);
net::Task<void> projection(RequestContext& context);
net::Task<void> queries(RequestContext& context);
net::Task<void> events(RequestContext& context);
net::Task<void> status(RequestContext& context);
net::Task<void> tuning(RequestContext& context);
net::Task<void> tune(RequestContext& context);
net::Task<void> replay(RequestContext& context);
net::Task<void> health(RequestContext& context);
net::Task<void> ready(RequestContext& context);
net::Task<void> metrics(RequestContext& context);

// for browsers (dashboard.cpp)
net::Task<void> dashboard(RequestContext& context);
net::Task<void> openapi(RequestContext& context);
net::Task<void> root(RequestContext& context);

}  // namespace llmr::daemon::handlers
