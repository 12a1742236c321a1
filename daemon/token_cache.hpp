#pragma once

#include <chrono>
#include <optional>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"

namespace llmr::daemon {

/// One access token and when it is to be fetched anew. A state machine without a clock and without
/// I/O of its own; not thread-safe.
class TokenCache {
public:
    enum class Need {
        nothing,  ///< the token is fresh
        soon,     ///< it is good, and 80% of its life are over
        now       ///< there is none that is good
    };
    Need need(SteadyTime now) const;
    /// Of a token that is good; empty if there is none.
    const Secret& token() const { return token_; }

    /// May a fetch begin? Then it has begun, and ends with `fetched` or `failed`. Not while another
    /// one runs, nor soon after one that failed: the pause doubles from 1 s to 30 s.
    bool begin_fetch(SteadyTime now);
    bool fetching() const { return fetching_; }
    void fetched(Secret token, std::chrono::seconds life, SteadyTime now);
    void failed(Error error, SteadyTime now);
    /// Why there is no token: the last failure.
    const std::optional<Error>& error() const { return error_; }

    /// The upstream refuses this token. True if it is worth asking for another one: it was the
    /// current one, or has been replaced since.
    bool reject(const Secret& refused, SteadyTime now);

private:
    Secret token_;
    SteadyTime fetched_at_{};
    SteadyTime renew_at_{};
    SteadyTime expires_at_{};
    SteadyTime retry_at_ = SteadyTime::min();
    std::chrono::seconds pause_{0};
    bool fetching_ = false;
    std::optional<Error> error_;
};

}  // namespace llmr::daemon
