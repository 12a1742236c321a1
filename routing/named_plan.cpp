#include <algorithm>
#include <utility>

#include "routing/plan_parts.hpp"
#include "routing/recorded_choice.hpp"

namespace llmr::routing {
namespace {

bool must_stay_local(const RouteQuery& query) {
    return query.local_only != LocalOnly::no || query.forced == Locality::local;
}

Error not_allowed(const std::string& model, const RouteQuery& query) {
    return Error(Errc::external_not_allowed,
                 "model '" + model + "' is not computed locally, and this query must stay local" +
                     because_of(query.local_only),
                 "model");
}

Error wrong_operation(const LocalModel& model, Operation operation) {
    const char* const what =
        is_embedding(operation) ? "' does not support embeddings" : "' does not support chat";
    return Error(Errc::invalid_parameter, "model '" + model.name + what, "model");
}

/// A further host elsewhere than a local first one would carry a local query out.
bool may_follow_local(const RouteQuery& query, const RouteContext& context) {
    return context.config.fallback_policy != FallbackPolicy::never &&
           !is_embedding(query.operation) && query.classification.type != QueryType::code;
}

/// Servers of the catalog that have the model and may answer; errors if there are none.
Result<std::vector<Candidate>> installed(const ModelRequest& request, const RouteQuery& query,
                                         const RouteContext& context, RoutePlan& plan) {
    const bool embed = is_embedding(query.operation);
    std::vector<Candidate> candidates;
    Error fault(Errc::model_not_found, "model '" + request.exact_model + "' not found", "model");
    std::vector<const LocalModel*> hosts = context.catalog.find(request.exact_model);
    order_hosts(hosts, context);
    for (const LocalModel* host : hosts) {
        if (request.upstream_index && host->upstream_index != *request.upstream_index) continue;
        Candidate candidate = candidate_of(*host, context, "named by the client");
        const bool external = host->locality == Locality::external;
        const bool after_local =
            !candidates.empty() && candidates.front().locality == Locality::local;
        if (embed ? !host->embedding : !host->completion) {
            fault = wrong_operation(*host, query.operation);
        } else if (external && must_stay_local(query)) {
            fault = not_allowed(host->name, query);
        } else if (external && after_local && !may_follow_local(query, context)) {
            plan.skipped.push_back(skipped_of(candidate, "stays local"));
            continue;
        } else if (!embed && !external && host->context_length > 0 &&
                   query.estimated_input_tokens > host->context_length) {
            fault = context_exceeded(host->context_length, query.estimated_input_tokens);
        } else {
            candidates.push_back(std::move(candidate));
            continue;
        }
        plan.skipped.push_back(skipped_of(candidate, fault.message));
    }
    if (candidates.empty()) return fault;
    return candidates;
}

/// Failing servers are left out as long as there is another.
void keep_healthy(std::vector<Candidate>& candidates, const RouteContext& context,
                  RoutePlan& plan) {
    const auto failing =
        std::stable_partition(candidates.begin(), candidates.end(),
                              [&](const Candidate& c) { return is_healthy(context, c); });
    if (failing == candidates.begin()) return;
    for (auto it = failing; it != candidates.end(); ++it) {
        plan.skipped.push_back(skipped_of(*it, "circuit open"));
    }
    candidates.erase(failing, candidates.end());
}

}  // namespace

Result<RoutePlan> plan_named(const ModelRequest& request, const RouteQuery& query,
                             const RouteContext& context) {
    RoutePlan plan;
    const auto& upstreams = context.config.upstreams;
    const std::size_t index = request.upstream_index.value_or(upstreams.size());
    if (index < upstreams.size() && upstreams[index].dialect != Dialect::ollama) {
        Candidate candidate;
        candidate.upstream = upstreams[index].name;
        candidate.upstream_index = index;
        candidate.model = request.exact_model;
        candidate.locality = upstreams[index].locality;
        candidate.why = request.why;
        if (candidate.locality == Locality::external && must_stay_local(query)) {
            return not_allowed(candidate.model, query);
        }
        plan.candidates.push_back(std::move(candidate));
    } else {
        Result<std::vector<Candidate>> hosts = installed(request, query, context, plan);
        if (!hosts) return hosts.error();
        plan.candidates = std::move(*hosts);
        keep_healthy(plan.candidates, context, plan);
    }
    if (auto late = drop_late(plan.candidates, query, context, plan)) return *late;
    while (plan.candidates.size() > kMaxAttempts) {
        plan.skipped.push_back(skipped_of(plan.candidates.back(), "attempt limit"));
        plan.candidates.pop_back();
    }
    plan.reason = plan.candidates.front().model + std::string(reason_words::kNamed);
    if (query.local_only != LocalOnly::no)
        plan.reason += std::string(reason_words::kStaysLocal) + because_of(query.local_only);
    return plan;
}

}  // namespace llmr::routing
