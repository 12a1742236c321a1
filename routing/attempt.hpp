#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/error.hpp"
#include "core/types.hpp"

namespace llmr::routing {

/// How one attempt went, as far as the decision to try another is concerned.
enum class AttemptOutcome : std::uint8_t {
    ok,
    not_sent,      ///< connect, DNS, TLS error, admission queue full, breaker: nothing left
    refused,       ///< 429, or 503 and 529: the upstream did not begin
    rejected,      ///< another 4xx: the request itself is at fault; never tried elsewhere
    failed_early,  ///< 5xx, cut, stall or nonsense before the first content byte
    failed_late,   ///< after the first content byte reached the client
    client_gone
};

/// `status` of an upstream answer that is an error -> outcome. insufficient_quota is `refused`, as
/// are 408 and 425 (the upstream never had the whole request, or would not take it yet). Without
/// a status (0) `code` decides. A redirect is nonsense: it is never followed.
AttemptOutcome outcome_of_status(int status, Errc code);

enum class NextStep : std::uint8_t {
    stop,  ///< done, or the error goes to the client
    next   ///< try the following candidate of the plan
};

/// Retry and fallback as a state machine: what to do after each attempt. At most kMaxAttempts, each
/// candidate once, one deadline for all. A local failure goes external only as
/// LLM_FALLBACK_POLICY says; the caller asks the share before dispatching `is_fallback_external`.
class AttemptMachine {
public:
    /// `plan` has at least one candidate and outlives the machine.
    AttemptMachine(const RoutePlan& plan, FallbackPolicy policy, SteadyTime deadline);

    /// Index into plan.candidates of the attempt to make now.
    std::size_t current() const { return current_; }
    /// The current candidate is external although the query was counted local: the plan began
    /// locally and no place was reserved.
    bool is_fallback_external() const;
    /// After an attempt, or after the share refused a fallback (`not_sent`).
    NextStep after(AttemptOutcome outcome, SteadyTime now);
    int attempts() const { return attempts_; }

private:
    bool is_fallback(std::size_t index) const;
    bool was_tried(std::size_t index) const;

    const RoutePlan& plan_;
    FallbackPolicy policy_;
    SteadyTime deadline_;
    std::size_t current_ = 0;
    int attempts_ = 1;
};

}  // namespace llmr::routing
