#pragma once

#include <cstdint>
#include <deque>

#include "core/clock.hpp"
#include "routing/moving_average.hpp"

namespace llmr::routing {

/// What a host's schedule knows of one model. A plain value.
struct ModelLane {
    struct Waiting {
        std::uint64_t ticket = 0;
        SteadyTime arrived{};
    };

    std::deque<Waiting> queue;  ///< in order of arrival
    int in_flight = 0;          ///< slots held

    bool loaded = false;        ///< believed to be in memory, or on its way there
    bool proven = false;        ///< ... and an answer or /api/ps has shown it
    SteadyTime loaded_since{};  ///< when loading ended, or began while that is not known
    SteadyTime proven_since{};  ///< the first of the proofs without a doubt between
    SteadyTime proven_at{};     ///< the last of them
    SteadyTime changed_at{};    ///< when we last loaded or evicted it
    SteadyTime last_used{};     ///< a slot was given or came back

    MovingAverage service;  ///< of a slot, loading left out
    MovingAverage load;     ///< into memory

    bool idle() const { return in_flight == 0 && queue.empty(); }
};

}  // namespace llmr::routing
