#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"

namespace llmr::routing {

/// Circuit breaker of one (upstream, model): opens after 3 failures in a row, lets one trial
/// through after a pause that doubles from 2 s to 60 s, closes on success. Honours Retry-After,
/// which opens it at once, up to 5 minutes. A trial that has not ended after 60 s no longer holds
/// others back. A state machine without a clock of its own. Not thread-safe.
class Breaker {
public:
    enum class State : std::uint8_t { closed, open, half_open };
    /// May a request go now? In half_open only the first asker gets true until its result is in.
    bool allow(SteadyTime now);
    /// Like allow, without taking the trial. For planning and /health.
    bool available(SteadyTime now) const;
    void on_success();
    /// `retry_after`: what the upstream asked for; 0 if it did not.
    void on_failure(SteadyTime now, std::chrono::seconds retry_after = std::chrono::seconds(0));
    /// The upstream says itself that it takes nothing more for so long (at most 5 minutes): no
    /// failure, and no success ends it.
    void rest(SteadyTime now, std::chrono::seconds time);
    State state(SteadyTime now) const;
    /// Not closed: open, or waiting for a trial.
    bool tripped() const { return tripped_; }
    /// When requests may go again, one as a trial if it has tripped; in the past if they may now.
    SteadyTime open_until() const;

private:
    bool trial_pending(SteadyTime now) const;

    int failures_ = 0;
    bool tripped_ = false;  ///< not closed: open, or half open once the pause is over
    bool trial_running_ = false;
    std::chrono::seconds pause_{2};
    SteadyTime open_until_{};
    SteadyTime trial_started_{};
    SteadyTime rest_until_ = SteadyTime::min();
};

/// The breakers of one I/O thread. Not thread-safe.
class BreakerMap {
public:
    /// The reference stays good as long as the map. Past 4096 pairs, further models of an upstream
    /// share one breaker, so that names made up by clients cannot fill the memory.
    Breaker& at(std::size_t upstream_index, std::string_view model);
    bool available(std::size_t upstream_index, std::string_view model, SteadyTime now) const;
    Breaker::State state(std::size_t upstream_index, std::string_view model, SteadyTime now) const;
    /// How the breakers of one upstream stand, over all of its models.
    struct Summary {
        std::int64_t tripped = 0;
        SteadyTime open_until = SteadyTime::min();  ///< the latest
    };
    Summary summary(std::size_t upstream_index) const;
    /// The upstream is back: its breakers are closed.
    void forget(std::size_t upstream_index);

private:
    using Key = std::pair<std::size_t, std::string>;
    using KeyView = std::pair<std::size_t, std::string_view>;
    struct Less {
        using is_transparent = void;
        static KeyView view(const Key& key) { return {key.first, key.second}; }
        static KeyView view(KeyView key) { return key; }
        template <class A, class B>
        bool operator()(const A& a, const B& b) const {
            return view(a) < view(b);
        }
    };

    const Breaker* find(std::size_t upstream_index, std::string_view model) const;

    std::map<Key, Breaker, Less> breakers_;
};

}  // namespace llmr::routing
