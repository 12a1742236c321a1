#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "core/clock.hpp"

namespace llmr::routing {

/// The keys of one upstream, by their place in the configuration: one is used until it is limited,
/// then the next. Thread-safe.
class KeyRing {
public:
    /// The key to use of `count`, none of which need be free: then the one that is free soonest.
    /// `count` must not be 0.
    std::size_t choose(std::size_t count, SteadyTime now);
    /// The upstream limits this key for so long; 0: for a second, since it does not say.
    void rest(std::size_t key, std::chrono::seconds time, SteadyTime now);
    /// Is one of `count` keys free?
    bool any_free(std::size_t count, SteadyTime now) const;

private:
    SteadyTime free_at(std::size_t key) const;

    mutable std::mutex mutex_;
    std::size_t current_ = 0;
    std::vector<SteadyTime> free_at_;  ///< by key; what is not there was never limited
};

}  // namespace llmr::routing
