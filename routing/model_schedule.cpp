#include "routing/model_schedule.hpp"

#include <algorithm>

namespace llmr::routing {

ModelSchedule::ModelSchedule(const ScheduleLimits& limits)
    : limits_(limits), capacity_(limits.max_loaded) {
    limits_.parallel = std::max(limits_.parallel, 1);
    limits_.queue = std::max(limits_.queue, 0);
}

ModelLane& ModelSchedule::lane(std::string_view model) {
    const auto found = lanes_.find(model);
    return found != lanes_.end() ? found->second : lanes_[std::string(model)];
}

const ModelLane* ModelSchedule::find(std::string_view model) const {
    const auto found = lanes_.find(model);
    return found == lanes_.end() ? nullptr : &found->second;
}

int ModelSchedule::loaded_count() const {
    return static_cast<int>(std::count_if(lanes_.begin(), lanes_.end(),
                                          [](const auto& entry) { return entry.second.loaded; }));
}

std::size_t ModelSchedule::busy_models() const {
    return static_cast<std::size_t>(std::count_if(
        lanes_.begin(), lanes_.end(), [](const auto& entry) { return !entry.second.idle(); }));
}

bool ModelSchedule::try_start(std::string_view model, SteadyTime now) {
    const auto found = lanes_.find(model);
    if (found == lanes_.end()) return false;
    ModelLane& lane = found->second;
    if (!lane.loaded || !lane.queue.empty() || lane.in_flight >= limits_.parallel) return false;
    if (waiting_ > 0 && to_drain(now) == &lane) return false;
    ++lane.in_flight;
    lane.last_used = now;
    return true;
}

std::size_t ModelSchedule::enqueue(std::string_view model, Ticket ticket, SteadyTime now) {
    ModelLane& own = lane(model);
    own.queue.push_back({ticket, now});
    ++waiting_;
    return own.queue.size();
}

bool ModelSchedule::is_overfull(std::string_view model) const {
    const ModelLane* const own = find(model);
    return own && own->queue.size() > static_cast<std::size_t>(limits_.queue);
}

void ModelSchedule::leave(std::string_view model, Ticket ticket) {
    auto& queue = lane(model).queue;
    const auto place = std::find_if(queue.begin(), queue.end(),
                                    [ticket](const auto& w) { return w.ticket == ticket; });
    if (place == queue.end()) return;
    queue.erase(place);
    --waiting_;
}

std::vector<ModelSchedule::Ticket> ModelSchedule::grant(SteadyTime now) {
    std::vector<Ticket> granted;
    while (waiting_ > 0) {
        const ModelLane* const drained = to_drain(now);
        for (auto& [name, lane] : lanes_) {
            if (lane.loaded && &lane != drained) fill(lane, now, granted);
        }
        const ModelLane* const next = longest_waiting_unloaded();
        if (!next || !make_room(drained, now)) break;
        for (auto& [name, lane] : lanes_) {
            if (&lane != next) continue;
            // Served before anybody is drained again: two overdue models would take turns for ever.
            load(lane, now);
            fill(lane, now, granted);
        }
    }
    return granted;
}

void ModelSchedule::fill(ModelLane& lane, SteadyTime now, std::vector<Ticket>& granted) {
    while (!lane.queue.empty() && lane.in_flight < limits_.parallel) {
        granted.push_back(lane.queue.front().ticket);
        lane.queue.pop_front();
        --waiting_;
        ++lane.in_flight;
        lane.last_used = now;
    }
}

const ModelLane* ModelSchedule::longest_waiting_unloaded() const {
    const ModelLane* longest = nullptr;
    for (const auto& [name, lane] : lanes_) {
        if (lane.loaded || lane.queue.empty()) continue;
        if (!longest || lane.queue.front().arrived < longest->queue.front().arrived) {
            longest = &lane;
        }
    }
    return longest;
}

bool ModelSchedule::is_overdue(const ModelLane& lane, SteadyTime now) const {
    return !lane.queue.empty() && now - lane.queue.front().arrived >= limits_.max_wait;
}

SteadyTime ModelSchedule::residency_end(const ModelLane& lane) const {
    return lane.loaded_since + limits_.min_residency;
}

/// An idle model is kept for as long as loading it takes, in case its next request is on the way:
/// that costs at most twice what knowing the future would.
SteadyTime ModelSchedule::idle_end(const ModelLane& lane) const {
    return std::min(residency_end(lane), lane.last_used + lane.load.value());
}

/// The model that makes way for an overdue one; null if none has to. Always the same one until the
/// switch is done: the longest in memory.
const ModelLane* ModelSchedule::to_drain(SteadyTime now) const {
    const ModelLane* const next = longest_waiting_unloaded();
    if (!next || !is_overdue(*next, now) || capacity_.has_room(loaded_count())) return nullptr;
    const ModelLane* oldest = nullptr;
    for (const auto& [name, lane] : lanes_) {
        if (!lane.loaded || now < residency_end(lane)) continue;
        if (!oldest || lane.loaded_since < oldest->loaded_since) oldest = &lane;
    }
    return oldest;
}

bool ModelSchedule::may_go(const ModelLane& lane, const ModelLane* drained, SteadyTime now) const {
    if (!lane.loaded || lane.in_flight > 0) return false;
    return &lane == drained || (lane.queue.empty() && now >= idle_end(lane));
}

bool ModelSchedule::make_room(const ModelLane* drained, SteadyTime now) {
    if (capacity_.has_room(loaded_count())) return true;
    ModelLane* victim = nullptr;
    for (auto& [name, lane] : lanes_) {
        if (!may_go(lane, drained, now)) continue;
        if (!victim || lane.last_used < victim->last_used) victim = &lane;
    }
    if (!victim) return false;
    unload(*victim, now);
    return true;
}

void ModelSchedule::load(ModelLane& lane, SteadyTime now) {
    lane.loaded = true;
    lane.proven = false;
    lane.loaded_since = now;
    lane.changed_at = now;
    last_load_ = now;
}

SteadyTime ModelSchedule::next_due(SteadyTime now) const {
    SteadyTime due = SteadyTime::max();
    const ModelLane* const next = waiting_ > 0 ? longest_waiting_unloaded() : nullptr;
    if (!next) return due;
    const auto consider = [&due, now](SteadyTime at) {
        if (at > now) due = std::min(due, at);
    };
    consider(next->queue.front().arrived + limits_.max_wait);
    for (const auto& [name, lane] : lanes_) {
        if (!lane.loaded) continue;
        consider(residency_end(lane));
        if (lane.idle()) consider(idle_end(lane));
    }
    return due;
}

}  // namespace llmr::routing
