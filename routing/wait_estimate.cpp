// How long a request for a model is expected to wait. Sums of averages: good for refusing what is
// hopeless and for Retry-After, not for promises.
#include <algorithm>

#include "routing/model_schedule.hpp"

namespace llmr::routing {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

microseconds until(SteadyTime then, SteadyTime now) {
    return std::max(duration_cast<microseconds>(then - now), microseconds(0));
}

}  // namespace

ModelView ModelSchedule::view(std::string_view model, SteadyTime now) const {
    static const ModelLane kUnknown;
    const ModelLane* const known = find(model);
    const ModelLane& lane = known ? *known : kUnknown;
    ModelView view;
    view.loaded = lane.loaded;
    view.in_flight = lane.in_flight;
    view.waiting = static_cast<int>(lane.queue.size());
    view.wait = expected_wait(lane, now);
    return view;
}

HostView ModelSchedule::host_view() const {
    HostView view;
    for (const auto& [name, lane] : lanes_) {
        view.in_flight += lane.in_flight;
        view.waiting += static_cast<int>(lane.queue.size());
    }
    return view;
}

microseconds ModelSchedule::expected_wait(const ModelLane& lane, SteadyTime now) const {
    const auto waiting = static_cast<std::int64_t>(lane.queue.size());
    microseconds wait{0};
    if (!lane.loaded) {
        wait = until_room(lane, now) + lane.load.value();
    } else if (!lane.proven && lane.in_flight > 0) {
        wait = until(lane.loaded_since + lane.load.value(), now);
    }
    if (lane.in_flight >= limits_.parallel || waiting > 0) {
        const std::int64_t before = waiting + (lane.in_flight >= limits_.parallel ? 1 : 0);
        wait += lane.service.value() * before / limits_.parallel;
    }
    if (lane.loaded && waiting_ > 0 && to_drain(now) == &lane) {
        // The other model has its turn first, and then this one is loaded again.
        const ModelLane* const other = longest_waiting_unloaded();
        wait += lane.service.value() + other->load.value() + limits_.min_residency +
                other->service.value() + lane.load.value();
    }
    return wait;
}

/// Until there is a place in memory for `lane`, those that wait longer for theirs included.
microseconds ModelSchedule::until_room(const ModelLane& lane, SteadyTime now) const {
    microseconds wait{0};
    for (const auto& [name, other] : lanes_) {
        const bool before =
            &other != &lane && !other.loaded && !other.queue.empty() &&
            (lane.queue.empty() || other.queue.front().arrived < lane.queue.front().arrived);
        if (before && !capacity_.has_room(loaded_count())) {
            wait += other.load.value() + other.service.value();
        }
    }
    if (capacity_.has_room(loaded_count())) return wait;
    microseconds soonest = microseconds::max();
    for (const auto& [name, other] : lanes_) {
        if (other.loaded) soonest = std::min(soonest, until_gone(other, lane, now));
    }
    return soonest == microseconds::max() ? wait : wait + soonest;
}

/// Until `lane` may make way for `for_lane`: when its work is done, or when that one is overdue.
microseconds ModelSchedule::until_gone(const ModelLane& lane, const ModelLane& for_lane,
                                       SteadyTime now) const {
    if (lane.idle()) return until(idle_end(lane), now);
    const microseconds service = lane.service.value();
    const auto queued = static_cast<std::int64_t>(lane.queue.size());
    const microseconds work = service + service * queued / limits_.parallel;
    const microseconds done =
        std::min(work + lane.load.value(), std::max(work, until(residency_end(lane), now)));
    const SteadyTime arrived = for_lane.queue.empty() ? now : for_lane.queue.front().arrived;
    const SteadyTime overdue = std::max(arrived + limits_.max_wait, residency_end(lane));
    return std::min(done, until(overdue, now) + service);
}

}  // namespace llmr::routing
