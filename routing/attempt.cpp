#include "routing/attempt.hpp"

#include "routing/policy.hpp"

namespace llmr::routing {
namespace {

bool may_try_another(AttemptOutcome outcome) {
    return outcome == AttemptOutcome::not_sent || outcome == AttemptOutcome::refused ||
           outcome == AttemptOutcome::failed_early;
}

AttemptOutcome outcome_without_answer(Errc code) {
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
            return AttemptOutcome::failed_early;
    }
}

}  // namespace

AttemptOutcome outcome_of_status(int status, Errc code) {
    if (code == Errc::insufficient_quota) return AttemptOutcome::refused;
    switch (status) {
        case 0:
            return outcome_without_answer(code);
        case 408:
        case 425:
        case 429:
        case 503:
        case 529:
            return AttemptOutcome::refused;
        default:
            break;
    }
    if (status >= 200 && status < 300) return AttemptOutcome::ok;
    if (status >= 400 && status < 500) return AttemptOutcome::rejected;
    return AttemptOutcome::failed_early;
}

AttemptMachine::AttemptMachine(const RoutePlan& plan, FallbackPolicy policy, SteadyTime deadline)
    : plan_(plan), policy_(policy), deadline_(deadline) {}

bool AttemptMachine::is_fallback(std::size_t index) const {
    return plan_.candidates[index].locality == Locality::external && !plan_.external_reserved &&
           plan_.candidates.front().locality == Locality::local;
}

bool AttemptMachine::is_fallback_external() const {
    return is_fallback(current_);
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

NextStep AttemptMachine::after(AttemptOutcome outcome, SteadyTime now) {
    constexpr int kMost = static_cast<int>(kMaxAttempts);
    if (!may_try_another(outcome) || attempts_ >= kMost || now >= deadline_) return NextStep::stop;
    for (std::size_t i = current_ + 1; i < plan_.candidates.size(); ++i) {
        const bool barred = policy_ == FallbackPolicy::never && is_fallback(i);
        if (barred || was_tried(i)) continue;
        current_ = i;
        ++attempts_;
        return NextStep::next;
    }
    return NextStep::stop;
}

}  // namespace llmr::routing
