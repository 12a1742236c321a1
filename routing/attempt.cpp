#include "routing/attempt.hpp"

#include "routing/policy.hpp"

namespace llmr::routing {
namespace {

bool may_try_another(AttemptOutcome outcome) {
    switch (outcome) {
        case AttemptOutcome::not_sent:
        case AttemptOutcome::refused:
        case AttemptOutcome::too_long:
        case AttemptOutcome::filtered:
        case AttemptOutcome::failed_early:
            return true;
        case AttemptOutcome::ok:
        case AttemptOutcome::rejected:
        case AttemptOutcome::uncertain:
        case AttemptOutcome::failed_late:
        case AttemptOutcome::client_gone:
            break;
    }
    return false;
}

AttemptOutcome outcome_without_answer(Errc code, Locality locality) {
    switch (code) {
        case Errc::client_cancelled:
            return AttemptOutcome::client_gone;
        case Errc::upstream_unreachable:
        case Errc::no_upstream:
        case Errc::queue_full:
        case Errc::deadline_exceeded:
        case Errc::shutting_down:
        case Errc::ledger_unavailable:
            return AttemptOutcome::not_sent;
        default:
            return outcome_of_broken_answer(locality);
    }
}

}  // namespace

AttemptOutcome outcome_of_broken_answer(Locality locality) {
    return locality == Locality::external ? AttemptOutcome::uncertain
                                          : AttemptOutcome::failed_early;
}

AttemptOutcome outcome_of_status(int status, Errc code, Locality locality) {
    if (code == Errc::insufficient_quota) return AttemptOutcome::refused;
    switch (status) {
        case 0:
            return outcome_without_answer(code, locality);
        case 408:
        case 425:
        case 429:
        case 503:
        case 529:
            return AttemptOutcome::refused;
        case 502:
        case 504:
            return outcome_of_broken_answer(locality);
        default:
            break;
    }
    if (status >= 200 && status < 300) return AttemptOutcome::ok;
    if (status >= 500) return AttemptOutcome::failed_early;
    if (status < 400) return outcome_of_broken_answer(locality);
    if (code == Errc::context_length_exceeded) return AttemptOutcome::too_long;
    if (code == Errc::content_filter) return AttemptOutcome::filtered;
    return AttemptOutcome::rejected;
}

AttemptMachine::AttemptMachine(const RoutePlan& plan, FallbackPolicy policy, SteadyTime deadline,
                               RetryBudget* retries)
    : plan_(plan), policy_(policy), deadline_(deadline), retries_(retries) {}

bool AttemptMachine::is_fallback(std::size_t index) const {
    return plan_.candidates[index].locality == Locality::external && !plan_.external_reserved &&
           plan_.candidates.front().locality == Locality::local;
}

bool AttemptMachine::was_tried(std::size_t index) const {
    const Candidate& candidate = plan_.candidates[index];
    for (std::size_t i = 0; i < index; ++i) {
        const Candidate& earlier = plan_.candidates[i];
        if (earlier.upstream_index == candidate.upstream_index &&
            earlier.model == candidate.model) {
            return true;
        }
    }
    return false;
}

/// May this candidate do better than the one that failed so?
bool AttemptMachine::suits(std::size_t index, AttemptOutcome outcome) const {
    const Candidate& failed = plan_.candidates[current_];
    const Candidate& next = plan_.candidates[index];
    if (outcome == AttemptOutcome::filtered) return next.upstream_index != failed.upstream_index;
    if (outcome != AttemptOutcome::too_long) return !next.only_if_too_long;
    // An external model whose context nobody states holds more than a local one.
    if (next.context_length == 0 || failed.context_length == 0)
        return next.locality == Locality::external && failed.locality == Locality::local;
    return next.context_length > failed.context_length;
}

bool AttemptMachine::may_take(std::size_t index, AttemptOutcome outcome) const {
    if (was_tried(index) || !suits(index, outcome)) return false;
    return !is_fallback(index) || policy_ != FallbackPolicy::never;
}

NextStep AttemptMachine::after(AttemptOutcome outcome, SteadyTime now,
                               const std::function<bool()>& permit) {
    constexpr int kMost = static_cast<int>(kMaxAttempts);
    out_of_retries_ = false;
    if (!may_try_another(outcome) || attempts_ >= kMost || now >= deadline_) return NextStep::stop;
    // What was never sent burdened nobody.
    const bool is_retry = outcome != AttemptOutcome::not_sent && retries_ != nullptr;
    for (std::size_t i = current_ + 1; i < plan_.candidates.size(); ++i) {
        if (!may_take(i, outcome)) continue;
        // Before leave is asked: what permits may take note of it.
        out_of_retries_ = is_retry && !retries_->available(now);
        if (out_of_retries_) return NextStep::stop;
        if (is_fallback(i) && permit && !permit()) continue;
        if (is_retry) retries_->take(now);
        current_ = i;
        ++attempts_;
        return NextStep::next;
    }
    return NextStep::stop;
}

}  // namespace llmr::routing
