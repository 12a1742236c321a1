#pragma once

#include <chrono>

namespace llmr::routing {

/// An average of durations in which the last eight or so weigh most. A plain value.
class MovingAverage {
public:
    void add(std::chrono::microseconds sample) {
        value_ = known_ ? value_ + (sample - value_) / 8 : sample;
        known_ = true;
    }
    /// 0 before the first sample.
    std::chrono::microseconds value() const { return value_; }

private:
    std::chrono::microseconds value_{0};
    bool known_ = false;
};

}  // namespace llmr::routing
