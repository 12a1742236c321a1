// Which candidates of a routed query are tried, in which order.
#include <algorithm>
#include <utility>

#include "routing/routed_plan.hpp"

namespace llmr::routing {

void RoutedPlan::skip(const Candidate& candidate, std::string_view why) {
    plan_.skipped.push_back(skipped_of(candidate, std::string(why)));
}

void RoutedPlan::add_external(std::string why) {
    plan_.candidates.push_back(*external_);
    plan_.candidates.back().why = std::move(why);
}

/// At most one more: a local model should keep its place in the attempts.
void RoutedPlan::add_next_external() {
    if (!next_external_) return;
    plan_.candidates.push_back(*next_external_);
    plan_.candidates.back().why = "next external model";
}

/// Servers whose breaker is open are tried only when there is nothing else.
void RoutedPlan::add_locals() {
    const bool needed = plan_.candidates.empty() && healthy_.empty();
    for (Candidate& candidate : healthy_)
        plan_.candidates.push_back(std::move(candidate));
    for (Candidate& candidate : failing_) {
        if (needed) {
            plan_.candidates.push_back(std::move(candidate));
        } else {
            skip(candidate, kCircuitOpen);
        }
    }
}

/// Tokens are estimated here: a prompt that fills half of the context or more may exceed it.
void RoutedPlan::add_roomier() {
    if (plan_.candidates.empty() || plan_.candidates.front().locality != Locality::local) return;
    const std::int64_t context = plan_.candidates.front().context_length;
    if (needs_.input_tokens == 0 || needs_.input_tokens * 2 < context) return;
    LocalNeeds needs = needs_;
    needs.input_tokens = context + 1;
    for (const LocalModel* host : pick_local(context_.catalog, needs).hosts) {
        Candidate candidate = candidate_of(*host, context_, "if the prompt does not fit");
        if (context == 0 || !is_healthy(context_, candidate)) continue;
        // Behind a conversation's own model it may stand in line already.
        const bool in_line = std::any_of(
            plan_.candidates.begin(), plan_.candidates.end(), [&](const Candidate& other) {
                return other.upstream_index == candidate.upstream_index &&
                       other.model == candidate.model;
            });
        if (in_line) return;
        candidate.only_if_too_long = true;
        plan_.candidates.push_back(std::move(candidate));
        return;
    }
}

/// Last in line; the share is asked, or told, when its turn comes. So never first here.
void RoutedPlan::add_fallback() {
    const bool there = plan_.external_reserved || fallback_first_;
    if (there || plan_.candidates.empty() || !fallback_possible()) return;
    if (is_healthy(context_, plan_.candidates.front()) && !is_healthy(context_, *external_)) {
        if (plan_.skipped.empty() || plan_.skipped.back().why != kCircuitOpen) {
            skip(*external_, kCircuitOpen);
        }
        return;
    }
    limit_attempts(kMaxAttempts - 1);
    add_external("fallback if local fails");
    if (plan_.candidates.size() < kMaxAttempts) add_next_external();
}

void RoutedPlan::limit_attempts(std::size_t most) {
    while (plan_.candidates.size() > most) {
        skip(plan_.candidates.back(), "attempt limit");
        plan_.candidates.pop_back();
    }
}

}  // namespace llmr::routing
