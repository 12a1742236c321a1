#pragma once

#include <atomic>
#include <cstdint>

namespace llmr::metrics {

/// A number that one thread writes and any thread reads. Not a read-modify-write operation: the
/// owner is alone in writing, so an addition costs as much as on a plain integer.
class Counter {
public:
    void add(std::int64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    /// For what goes up and down.
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    std::int64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

}  // namespace llmr::metrics
