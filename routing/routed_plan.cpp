#include "routing/routed_plan.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "routing/local_home.hpp"

namespace llmr::routing {

RoutedPlan::RoutedPlan(const ModelRequest& request, const RouteQuery& query,
                       const RouteContext& context)
    : query_(query), context_(context) {
    const bool embed = is_embedding(query.operation);
    type_ = embed ? QueryType::embedding : request.type.value_or(query.classification.type);
    role_ = type_;
    if (!context.config.routing_enabled && !embed && !request.type) role_ = QueryType::simple;
    asked_local_ = query.forced == Locality::local || request.locality == Locality::local;
    asked_external_ = !asked_local_ && (query.forced == Locality::external ||
                                        request.locality == Locality::external);
    stays_local_ = query.local_only != LocalOnly::no || asked_local_ ||
                   type_ == QueryType::embedding || (type_ == QueryType::code && !asked_external_);
    if (!stays_local_) externals_ = external_targets(context);
    if (!externals_.empty()) external_ = externals_.front();

    needs_.role = role_;
    needs_.images = query.has_images && !embed;
    needs_.tools = query.has_tools && !embed;
    needs_.input_tokens = embed ? 0 : query.estimated_input_tokens;
    local_ = pick_local(context.catalog, needs_);
}

/// A local model fills the role, and none that is installed can serve this query.
bool RoutedPlan::lacks_ability() const {
    return local_.lack != Lack::none && local_.lack != Lack::model;
}

void RoutedPlan::find_locals() {
    for (const LocalPick::Passed& passed : local_.passed_over) {
        skip(candidate_of(*passed.model, context_, {}), passed.why);
    }
    const std::string why = "model for " + std::string(to_string(role_)) + " queries";
    std::vector<Candidate> locals;
    order_hosts(local_.hosts, context_);
    for (const LocalModel* host : local_.hosts) {
        locals.push_back(candidate_of(*host, context_, why));
    }
    if (local_.lack == Lack::model && type_ != QueryType::embedding) {
        if (auto server = local_stand_in(context_)) locals.push_back(std::move(*server));
    }
    for (Candidate& candidate : locals) {
        auto& list = is_healthy(context_, candidate) ? healthy_ : failing_;
        list.push_back(std::move(candidate));
    }
    late_ = drop_late(healthy_, query_, context_, plan_);
}

void RoutedPlan::follow_conversation() {
    const ConversationHome* const home = query_.conversation;
    if (home == nullptr || type_ == QueryType::embedding || !context_.config.routing_enabled)
        return;
    if (home->locality == Locality::external) {
        const auto there =
            std::find_if(externals_.begin(), externals_.end(), [home](const Candidate& candidate) {
                return candidate.upstream_index == home->place.upstream_index &&
                       candidate.model == home->place.model;
            });
        if (there != externals_.end()) {
            // It keeps the first place as long as it serves.
            std::rotate(externals_.begin(), there, there + 1);
            external_ = externals_.front();
            stays_with_ = Locality::external;
        } else {
            left_ = stays_local_ ? "this query stays local" : "it is not configured any more";
        }
        return;
    }
    left_ = asked_external_ && external_ ? "external asked for"
                                         : why_leaves_local(*home, query_.classification.complexity,
                                                            needs_, healthy_, context_);
    if (!left_.empty()) return;
    std::vector<Candidate> there{home_candidate(*home, context_)};
    if (drop_late(there, query_, context_, plan_)) {
        left_ = "it cannot begin in time";
        return;
    }
    late_.reset();  // the role's own model may be late: it is not the one that answers
    stay_local(std::move(there.front()));
}

/// Before what would be tried otherwise.
void RoutedPlan::stay_local(Candidate home) {
    stays_with_ = Locality::local;
    std::erase_if(healthy_, [&](const Candidate& candidate) {
        return candidate.upstream_index == home.upstream_index && candidate.model == home.model;
    });
    healthy_.insert(healthy_.begin(), std::move(home));
}

Result<RoutePlan> RoutedPlan::make() {
    find_locals();
    follow_conversation();
    choose_external();
    ask_share();
    if (late_ && !plan_.external_reserved) return *late_;
    if (plan_.external_reserved) add_external("external allowance");
    if (fallback_first_) add_external("no local model is available");
    if (plan_.external_reserved || fallback_first_) add_next_external();
    add_locals();
    add_roomier();
    add_fallback();
    limit_attempts(kMaxAttempts);
    if (plan_.candidates.empty()) return why_nothing();
    plan_.reason = reason();
    return std::move(plan_);
}

Result<RoutePlan> plan_routed(const ModelRequest& request, const RouteQuery& query,
                              const RouteContext& context) {
    return RoutedPlan(request, query, context).make();
}

}  // namespace llmr::routing
