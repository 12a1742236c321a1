// May a routed query go external, and does it?
#include <algorithm>

#include "routing/routed_plan.hpp"

namespace llmr::routing {

/// May the query go external because local servers fail?
bool RoutedPlan::fallback_possible() const {
    return external_ && type_ != QueryType::code && !lacks_ability() &&
           context_.config.fallback_policy != FallbackPolicy::never;
}

/// An external place is not a matter of how much the query gains from it.
bool RoutedPlan::needs_external() const {
    if (asked_external_ || lacks_ability() || late_) return true;
    // A fallback that needs the share's leave and would be the first to be tried asks at once.
    return healthy_.empty() && fallback_possible();
}

bool RoutedPlan::wants_external() const {
    if (stays_local_ || stays_with_ == Locality::local) return false;
    if (needs_external() || stays_with_ == Locality::external) return true;
    return competes(type_, query_.classification.complexity, context_.config);
}

/// Does it work, and can it be paid?
bool RoutedPlan::serves(const Candidate& candidate) const {
    if (!is_healthy(context_, candidate)) return false;
    return !context_.unaffordable || context_.unaffordable(candidate).empty();
}

/// Of several models the best one that serves; the next of them stands behind it.
void RoutedPlan::choose_external() {
    if (externals_.size() < 2) return;
    auto chosen = std::find_if(externals_.begin(), externals_.end(),
                               [this](const Candidate& c) { return serves(c); });
    if (chosen == externals_.end()) return;
    for (auto passed = externals_.begin(); passed != chosen; ++passed) {
        const bool sound = is_healthy(context_, *passed);
        skip(*passed, sound ? context_.unaffordable(*passed) : std::string(kCircuitOpen));
    }
    external_ = *chosen;
    const auto next = std::find_if(chosen + 1, externals_.end(),
                                   [this](const Candidate& c) { return serves(c); });
    if (next != externals_.end()) next_external_ = *next;
}

/// What the client asked for in vain.
void RoutedPlan::note_external_wish() {
    if (asked_external_ && stays_local_) {
        plan_.skipped.push_back(
            {"external", {}, "this query must stay local" + because_of(query_.local_only)});
    } else if (asked_external_ && !external_) {
        plan_.skipped.push_back({"external", {}, "no external upstream is configured"});
    }
}

ExternalClaim RoutedPlan::claim() const {
    ExternalClaim claim{true, {}};
    if (needs_external()) return claim;
    claim.score = query_.classification.score;
    // The conversation earned its place with its first query: what follows is often short.
    if (stays_with_ == Locality::external) {
        claim.score = std::max(*claim.score, query_.conversation->score);
    }
    return claim;
}

void RoutedPlan::ask_share() {
    note_external_wish();
    if (!external_) return;
    const bool sound = is_healthy(context_, *external_);
    const bool anything_local = !healthy_.empty() || !failing_.empty();
    fallback_first_ = healthy_.empty() && !late_ && fallback_possible() &&
                      (sound || !anything_local) &&
                      context_.config.fallback_policy == FallbackPolicy::always;
    if (fallback_first_ || !wants_external()) return;
    if (!sound && anything_local) {
        skip(*external_, kCircuitOpen);
        return;
    }
    budget_ = context_.unaffordable ? context_.unaffordable(*external_) : std::string();
    if (!budget_.empty()) {
        skip(*external_, budget_);
        return;
    }
    grant_ =
        context_.request_external ? context_.request_external(*external_, claim()) : Grant::used_up;
    plan_.external_reserved = grant_ == Grant::granted;
    if (refused()) skip(*external_, refusal());
}

}  // namespace llmr::routing
