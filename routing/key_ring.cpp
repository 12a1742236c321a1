#include "routing/key_ring.hpp"

#include <algorithm>

namespace llmr::routing {

SteadyTime KeyRing::free_at(std::size_t key) const {
    return key < free_at_.size() ? free_at_[key] : SteadyTime::min();
}

std::size_t KeyRing::choose(std::size_t count, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (current_ >= count) current_ = 0;
    std::size_t soonest = current_;
    for (std::size_t step = 0; step < count; ++step) {
        const std::size_t key = (current_ + step) % count;
        if (free_at(key) <= now) return current_ = key;
        if (free_at(key) < free_at(soonest)) soonest = key;
    }
    return soonest;
}

void KeyRing::rest(std::size_t key, std::chrono::seconds time, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (key >= free_at_.size()) free_at_.resize(key + 1, SteadyTime::min());
    const auto until = now + std::max(time, std::chrono::seconds(1));
    free_at_[key] = std::max(free_at_[key], until);
}

bool KeyRing::any_free(std::size_t count, SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t key = 0; key < count; ++key)
        if (free_at(key) <= now) return true;
    return false;
}

}  // namespace llmr::routing
