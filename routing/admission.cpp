#include "routing/admission.hpp"

#include <algorithm>
#include <deque>

namespace llmr::routing {
namespace {

std::string lane_key(std::size_t upstream_index, std::string_view model) {
    std::string key = std::to_string(upstream_index);
    key += '/';
    key += model;
    return key;
}

}  // namespace

/// What the queue knows of a waiter. Guarded by Admission::mutex_, all but `key`.
struct Admission::Place {
    enum class State : std::uint8_t { waiting, granted, finished };

    Place(std::string lane, std::function<void()> callback)
        : key(std::move(lane)), on_granted(std::move(callback)) {}

    const std::string key;
    std::function<void()> on_granted;
    State state = State::waiting;
};

struct Admission::Lane {
    int in_flight = 0;
    std::deque<std::shared_ptr<Place>> queue;
};

class Admission::Waiter {
public:
    Waiter(Admission& owner, std::shared_ptr<Place> place)
        : owner_(owner), place_(std::move(place)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { owner_.abandon(place_); }

    const std::shared_ptr<Place>& place() const { return place_; }

private:
    Admission& owner_;
    std::shared_ptr<Place> place_;
};

Admission::Slot::Slot(Slot&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), key_(std::move(other.key_)) {}

Admission::Slot& Admission::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
        key_ = std::move(other.key_);
    }
    return *this;
}

Admission::Slot::~Slot() {
    release();
}

void Admission::Slot::release() {
    if (Admission* const owner = std::exchange(owner_, nullptr)) owner->give_back(key_);
}

Admission::Admission(int parallel, int queue_limit)
    : parallel_(std::max(parallel, 1)), queue_limit_(std::max(queue_limit, 0)) {}

Admission::~Admission() = default;

Admission::Result Admission::acquire(std::size_t upstream_index, std::string_view model,
                                     std::function<void()> on_granted) {
    std::string key = lane_key(upstream_index, model);
    Result result;
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Lane>& lane = lanes_[key];
    if (!lane) lane = std::make_unique<Lane>();
    // Slots are never free while somebody waits: giving one back hands it on.
    if (lane->in_flight < parallel_) {
        ++lane->in_flight;
        result.answer = Answer::granted;
        result.slot = Slot(this, std::move(key));
        return result;
    }
    if (lane->queue.size() >= static_cast<std::size_t>(queue_limit_)) return result;
    auto place = std::make_shared<Place>(std::move(key), std::move(on_granted));
    lane->queue.push_back(place);
    result.answer = Answer::queued;
    result.position = lane->queue.size();
    result.waiter = std::make_shared<Waiter>(*this, std::move(place));
    return result;
}

Admission::Slot Admission::try_acquire(std::size_t upstream_index, std::string_view model) {
    std::string key = lane_key(upstream_index, model);
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Lane>& lane = lanes_[key];
    if (!lane) lane = std::make_unique<Lane>();
    if (lane->in_flight >= parallel_) return {};
    ++lane->in_flight;
    return Slot(this, std::move(key));
}

Admission::Slot Admission::claim(const std::shared_ptr<Waiter>& waiter) {
    if (!waiter) return {};
    const std::lock_guard lock(mutex_);
    Place& place = *waiter->place();
    if (place.state != Place::State::granted) return {};
    place.state = Place::State::finished;
    return Slot(this, place.key);
}

void Admission::leave(const std::shared_ptr<Waiter>& waiter) {
    if (waiter) abandon(waiter->place());
}

void Admission::abandon(const std::shared_ptr<Place>& place) {
    std::function<void()> unused;  // destroyed outside the lock: it may own anything
    {
        const std::lock_guard lock(mutex_);
        const Place::State before = std::exchange(place->state, Place::State::finished);
        if (before == Place::State::finished) return;
        unused = std::move(place->on_granted);
        if (before == Place::State::waiting) {
            auto& queue = lanes_.find(place->key)->second->queue;
            queue.erase(std::find(queue.begin(), queue.end(), place));
            return;
        }
    }
    give_back(place->key);
}

void Admission::give_back(const std::string& key) {
    std::function<void()> on_granted;
    {
        const std::lock_guard lock(mutex_);
        const auto found = lanes_.find(key);
        Lane& lane = *found->second;
        if (lane.queue.empty()) {
            if (--lane.in_flight == 0) lanes_.erase(found);
            return;
        }
        Place& next = *lane.queue.front();
        next.state = Place::State::granted;
        on_granted = std::move(next.on_granted);
        lane.queue.pop_front();  // the waiter keeps the place alive
    }
    if (on_granted) on_granted();
}

Admission::Load Admission::load(std::size_t upstream_index, std::string_view model) const {
    const std::string key = lane_key(upstream_index, model);
    const std::lock_guard lock(mutex_);
    const auto found = lanes_.find(key);
    if (found == lanes_.end()) return {};
    return {found->second->in_flight, static_cast<int>(found->second->queue.size())};
}

std::size_t Admission::lane_count() const {
    const std::lock_guard lock(mutex_);
    return lanes_.size();
}

}  // namespace llmr::routing
