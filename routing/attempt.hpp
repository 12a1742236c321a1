#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/error.hpp"
#include "core/types.hpp"
#include "routing/retry_budget.hpp"

namespace llmr::routing {

/// How one attempt went, as far as the decision to try another is concerned.
enum class AttemptOutcome : std::uint8_t {
    ok,
    not_sent,      ///< connect, DNS, TLS error, admission queue full, breaker: nothing left
    refused,       ///< 429, or 503 and 529: the upstream did not begin
    rejected,      ///< another 4xx: the request itself is at fault; never tried elsewhere
    too_long,      ///< rejected because the prompt exceeds the model's context
    filtered,      ///< rejected by the provider's content filter
    failed_early,  ///< 5xx, cut, stall or nonsense before the first content byte
    uncertain,     ///< the same of a call that may be billed: never made again
    failed_late,   ///< after the first content byte reached the client
    client_gone
};

/// `status` of an upstream answer that is an error -> outcome. insufficient_quota is `refused`, as
/// are 408 and 425 (the upstream never had the whole request, or would not take it yet). Without
/// a status (0) `code` decides. A redirect is nonsense: it is never followed. Where the upstream is
/// external, silence, a broken answer and a gateway's error (502, 504) are `uncertain`.
AttemptOutcome outcome_of_status(int status, Errc code, Locality locality);

/// The outcome of an answer that broke off, or was nonsense, before its first content.
AttemptOutcome outcome_of_broken_answer(Locality locality);

enum class NextStep : std::uint8_t {
    stop,  ///< done, or the error goes to the client
    next   ///< try the following candidate of the plan
};

/// Retry and fallback as a state machine: what to do after each attempt. At most kMaxAttempts, each
/// candidate once, one deadline for all, further attempts within the retry budget. What is too long
/// for one model goes to one with more context only, what was filtered to another upstream only. A
/// local failure goes external only as LLM_FALLBACK_POLICY says, and only if `permit` agrees.
class AttemptMachine {
public:
    /// `plan` has at least one candidate. `plan` and `retries` (null: no limit) outlive the
    /// machine.
    AttemptMachine(const RoutePlan& plan, FallbackPolicy policy, SteadyTime deadline,
                   RetryBudget* retries = nullptr);

    /// Index into plan.candidates of the attempt to make now.
    std::size_t current() const { return current_; }
    /// After an attempt. `permit` (empty: always) is asked before an external candidate that was
    /// not reserved takes over from a local one; where it says no the next one is looked at.
    NextStep after(AttemptOutcome outcome, SteadyTime now,
                   const std::function<bool()>& permit = {});
    int attempts() const { return attempts_; }
    /// There was a candidate that suits, and the retry budget kept the last step from taking it.
    bool out_of_retries() const { return out_of_retries_; }

private:
    bool is_fallback(std::size_t index) const;
    bool was_tried(std::size_t index) const;
    bool suits(std::size_t index, AttemptOutcome outcome) const;
    bool may_take(std::size_t index, AttemptOutcome outcome) const;

    const RoutePlan& plan_;
    FallbackPolicy policy_;
    SteadyTime deadline_;
    RetryBudget* retries_;
    std::size_t current_ = 0;
    int attempts_ = 1;
    bool out_of_retries_ = false;
};

}  // namespace llmr::routing
