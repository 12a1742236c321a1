#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/types.hpp"
#include "routing/local_share.hpp"

namespace llmr::daemon {

/// How a decision treats the local share.
enum class ShareMode : std::uint8_t {
    reserve,  ///< counts the query and takes a place: a query that will be dispatched
    peek      ///< /router/explain: answers as if, changes nothing
};

/// Takes places from the local share on the policy's behalf, for one query.
class ShareAccess {
public:
    /// `weigh`: what the query counts if it goes to this candidate (null: nobody yet).
    using Weigh = std::function<routing::ShareWeight(const Candidate*)>;
    /// `share` outlives this.
    ShareAccess(routing::LocalShare& share, ShareMode mode, Weigh weigh);

    routing::Grant request_external(const Candidate& candidate, routing::ExternalClaim claim);
    /// What was answered; not_asked if nothing was.
    routing::Grant grant() const { return grant_; }
    /// Numbers the query if the policy never asked, and gives a place back that the plan does not
    /// use.
    routing::LocalShare::Ticket settle(const RoutePlan& plan);
    /// There is no plan: what was taken goes back.
    void abandon();

private:
    routing::LocalShare& share_;
    ShareMode mode_;
    Weigh weigh_;
    std::optional<routing::LocalShare::Ticket> ticket_;
    routing::Grant grant_ = routing::Grant::not_asked;
};

}  // namespace llmr::daemon
