#pragma once

#include "core/clock.hpp"

namespace llmr::routing {

/// How many further attempts may be made: `percent` of the queries that succeed, one a second, and
/// kReserve to begin with, which is also the most that is saved up. So an upstream in trouble does
/// not get more requests than before the trouble, and a single failure now and then is always made
/// good. Successes pay, not queries: when everything fails nothing is paid in. (gRPC throttles
/// retries by the same rule, Finagle adds the trickle.) Injected clock; not thread-safe.
class RetryBudget {
public:
    static constexpr double kReserve = 50;

    explicit RetryBudget(int percent) : percent_(percent) {}

    void on_success();
    bool available(SteadyTime now) const;
    /// Spends one attempt if there is one.
    bool take(SteadyTime now);
    void set_percent(int percent) { percent_ = percent; }

private:
    double balance(SteadyTime now) const;

    int percent_;
    double balance_ = kReserve;
    SteadyTime counted_{};  ///< until when the trickle is in balance_
};

}  // namespace llmr::routing
