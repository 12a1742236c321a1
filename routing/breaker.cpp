#include "routing/breaker.hpp"

#include <algorithm>

namespace llmr::routing {
namespace {

using std::chrono::seconds;

constexpr int kFailuresToOpen = 3;
constexpr seconds kFirstPause(2);
constexpr seconds kLongestPause(60);
constexpr seconds kLongestRetryAfter(300);
constexpr seconds kTrialPatience(60);
constexpr std::size_t kMostPairs = 4096;

}  // namespace

bool Breaker::trial_pending(SteadyTime now) const {
    return trial_running_ && now - trial_started_ < kTrialPatience;
}

bool Breaker::available(SteadyTime now) const {
    if (now < rest_until_) return false;
    if (!tripped_) return true;
    return now >= open_until_ && !trial_pending(now);
}

bool Breaker::allow(SteadyTime now) {
    if (!available(now)) return false;
    if (tripped_) {
        trial_running_ = true;
        trial_started_ = now;
    }
    return true;
}

void Breaker::on_success() {
    const SteadyTime rest_until = rest_until_;
    *this = Breaker();
    rest_until_ = rest_until;
}

void Breaker::rest(SteadyTime now, seconds time) {
    rest_until_ = std::max(rest_until_, now + std::min(time, kLongestRetryAfter));
}

void Breaker::on_failure(SteadyTime now, seconds retry_after) {
    const seconds asked = std::clamp(retry_after, seconds(0), kLongestRetryAfter);
    ++failures_;
    if (!tripped_) {
        if (failures_ < kFailuresToOpen && asked == seconds(0)) return;
        tripped_ = true;
        pause_ = kFirstPause;
        open_until_ = now + std::max(pause_, asked);
    } else if (now < open_until_) {
        // A request from before the breaker opened: no news, but for what it was asked to wait.
        open_until_ = std::max(open_until_, now + asked);
    } else {
        pause_ = std::min(pause_ * 2, kLongestPause);
        open_until_ = now + std::max(pause_, asked);
    }
    trial_running_ = false;
}

Breaker::State Breaker::state(SteadyTime now) const {
    if (now < rest_until_) return State::open;
    if (!tripped_) return State::closed;
    return now < open_until_ ? State::open : State::half_open;
}

SteadyTime Breaker::open_until() const {
    return tripped_ ? std::max(open_until_, rest_until_) : rest_until_;
}

BreakerMap::Summary BreakerMap::summary(std::size_t upstream_index) const {
    Summary summary;
    for (auto entry = breakers_.lower_bound(KeyView(upstream_index, {}));
         entry != breakers_.end() && entry->first.first == upstream_index; ++entry) {
        summary.tripped += entry->second.tripped() ? 1 : 0;
        summary.open_until = std::max(summary.open_until, entry->second.open_until());
    }
    return summary;
}

Breaker& BreakerMap::at(std::size_t upstream_index, std::string_view model) {
    const auto found = breakers_.find(KeyView(upstream_index, model));
    if (found != breakers_.end()) return found->second;
    const bool full = breakers_.size() >= kMostPairs;
    return breakers_[Key(upstream_index, full ? std::string_view() : model)];
}

const Breaker* BreakerMap::find(std::size_t upstream_index, std::string_view model) const {
    auto found = breakers_.find(KeyView(upstream_index, model));
    if (found == breakers_.end() && breakers_.size() >= kMostPairs) {
        found = breakers_.find(KeyView(upstream_index, std::string_view()));
    }
    return found == breakers_.end() ? nullptr : &found->second;
}

bool BreakerMap::available(std::size_t upstream_index, std::string_view model,
                           SteadyTime now) const {
    const Breaker* const breaker = find(upstream_index, model);
    return breaker == nullptr || breaker->available(now);
}

Breaker::State BreakerMap::state(std::size_t upstream_index, std::string_view model,
                                 SteadyTime now) const {
    const Breaker* const breaker = find(upstream_index, model);
    return breaker == nullptr ? Breaker::State::closed : breaker->state(now);
}

void BreakerMap::forget(std::size_t upstream_index) {
    for (auto& [key, breaker] : breakers_)
        if (key.first == upstream_index) breaker = Breaker();
}

}  // namespace llmr::routing
