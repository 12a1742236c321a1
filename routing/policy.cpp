#include "routing/policy.hpp"

#include "routing/plan_parts.hpp"
#include "routing/price_seller.hpp"

namespace llmr::routing {
namespace {

/// The price that savings are counted against when the client named none.
std::string default_baseline(const RouteContext& context) {
    const Config& config = context.config;
    const Price* price = nullptr;
    for (const UpstreamConfig& upstream : config.upstreams) {
        if (price || upstream.locality != Locality::external) continue;
        price = find_price(context.prices, config, upstream, config.external_model, {},
                           PriceBook::kNewest);
    }
    if (!price) price = context.prices.find(config.external_model);
    return price ? std::string(price->id) : context.config.external_model;
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
    Result<RoutePlan> plan = request.automatic ? plan_routed(request, query, context)
                                               : plan_named(request, query, context);
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
