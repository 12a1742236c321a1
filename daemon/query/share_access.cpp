#include "daemon/query/share_access.hpp"

#include <utility>

namespace llmr::daemon {

ShareAccess::ShareAccess(routing::LocalShare& share, ShareMode mode, Weigh weigh)
    : share_(share), mode_(mode), weigh_(std::move(weigh)) {}

routing::Grant ShareAccess::request_external(const Candidate& candidate,
                                             routing::ExternalClaim claim) {
    claim.weight = weigh_(&candidate);
    if (mode_ == ShareMode::peek) return grant_ = share_.would_grant(claim);
    ticket_ = share_.decide(claim);
    return grant_ = ticket_->grant;
}

routing::LocalShare::Ticket ShareAccess::settle(const RoutePlan& plan) {
    if (mode_ == ShareMode::peek) return {};
    const Candidate* const first = plan.candidates.empty() ? nullptr : &plan.candidates.front();
    const bool external = first != nullptr && first->locality == Locality::external;
    if (!ticket_) {
        const routing::ShareWeight weight = weigh_(first);
        ticket_ = external ? share_.record(true, weight)
                           : share_.decide(routing::ExternalClaim{false, {}, weight});
    }
    // Granted, and yet the plan begins locally: the place goes back.
    if (ticket_->external && !external) share_.give_back(*ticket_);
    return *ticket_;
}

void ShareAccess::abandon() {
    if (ticket_ && ticket_->external) share_.give_back(*ticket_);
}

}  // namespace llmr::daemon
