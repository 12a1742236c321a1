#include "routing/policy.hpp"

#include "core/find_upstream.hpp"
#include "routing/plan_parts.hpp"
#include "routing/price_seller.hpp"

namespace llmr::routing {
namespace {

/// The price that savings are counted against when the client named none.
std::string default_baseline(const RouteContext& context) {
    const Config& config = context.config;
    if (config.external_models.empty()) return {};
    const std::string_view model = config.external_model();
    const Price* price = nullptr;
    if (const auto index = find_upstream(config, config.external_models.front().upstream))
        price = find_price(context.prices, config, config.upstreams[*index], model, {},
                           PriceBook::kNewest);
    if (!price) price = context.prices.find(model);
    return std::string(price ? std::string_view(price->id) : model);
}

/// The operator may have said that embeddings are computed elsewhere than on Ollama.
std::optional<ModelRequest> configured_embedder(const ModelRequest& request,
                                                const RouteQuery& query,
                                                const RouteContext& context) {
    const auto& model = context.config.embedding_model;
    if (!request.automatic || !model || !is_embedding(query.operation)) return std::nullopt;
    ModelRequest embedder;
    embedder.upstream_index = find_upstream(context.config, model->upstream);
    embedder.exact_model = model->model;
    embedder.why = "EMBEDDING_PROVIDER";
    return embedder;
}

}  // namespace

Result<RoutePlan> plan_route(const RouteQuery& query, const RouteContext& context) {
    const Result<ModelRequest> request =
        interpret_model(query.model, context.config, context.catalog, context.prices);
    if (!request) return request.error();
    return plan_route(*request, query, context);
}

Result<RoutePlan> plan_route(const ModelRequest& request, const RouteQuery& query,
                             const RouteContext& context) {
    if (request.type == QueryType::embedding && !is_embedding(query.operation)) {
        return Error(Errc::invalid_parameter, "an embedding model cannot chat", "model");
    }
    const auto embedder = configured_embedder(request, query, context);
    const bool routed = request.automatic && !embedder;
    Result<RoutePlan> plan = routed ? plan_routed(request, query, context)
                                    : plan_named(embedder.value_or(request), query, context);
    if (!plan) return plan;
    plan->baseline_model =
        request.baseline_model.empty() ? default_baseline(context) : request.baseline_model;
    return plan;
}

bool competes(QueryType type, int complexity, const Config& config) {
    return config.routing_enabled && type != QueryType::embedding && type != QueryType::code &&
           complexity >= config.complexity_threshold;
}

std::optional<QueryType> asked_type(const ModelRequest& request) {
    return request.type;
}

}  // namespace llmr::routing
