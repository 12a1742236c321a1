#include "simulator/request_log.hpp"

#include <algorithm>

namespace llmr::simulator {

void RequestLog::record(bool on) {
    const std::lock_guard lock(mutex_);
    if (on && !recording_) {
        first_ += entries_.size();
        entries_.clear();
    }
    recording_.store(on, std::memory_order_release);
}

RequestLog::Ticket RequestLog::add(RequestLogEntry entry) {
    const std::lock_guard lock(mutex_);
    if (!recording_) {
        return 0;
    }
    entries_.push_back(std::move(entry));
    changed_.notify_all();
    return first_ + entries_.size() - 1;
}

RequestLogEntry* RequestLog::find(Ticket ticket) {
    return ticket < first_ ? nullptr : &entries_[ticket - first_];
}

void RequestLog::completed(Ticket ticket) {
    if (ticket == 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (auto* entry = find(ticket)) {
        entry->completed = true;
        changed_.notify_all();
    }
}

void RequestLog::closed(Ticket ticket, std::int64_t after_us) {
    if (ticket == 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (auto* entry = find(ticket)) {
        entry->closed_after_us = std::max<std::int64_t>(after_us, 1);
        changed_.notify_all();
    }
}

std::vector<RequestLogEntry> RequestLog::entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
}

bool RequestLog::wait_for(const std::function<bool(const std::vector<RequestLogEntry>&)>& predicate,
                          std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return predicate(entries_); });
}

}  // namespace llmr::simulator
