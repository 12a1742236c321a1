#pragma once

#include "core/clock.hpp"
#include "net/executor.hpp"
#include "routing/admission.hpp"

namespace llmr::daemon {

/// Lets time pass for the queues of the local models: wakes Admission when a residency, or the
/// longest wait, of some model ends. On one worker's thread; outlives the other threads.
class QueueClock {
public:
    /// Registers itself: to be made before any thread uses `admission`.
    QueueClock(net::Executor executor, routing::Admission& admission);

private:
    void arm(SteadyTime due);

    net::Executor executor_;
    routing::Admission& admission_;
    net::Timer timer_;
    SteadyTime armed_for_ = SteadyTime::max();
};

}  // namespace llmr::daemon
