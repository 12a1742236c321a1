#pragma once

#include <array>
#include <cstdint>

#include <prometheus/client_metric.h>

#include "metrics/counter.hpp"

namespace llmr::metrics {

/// Durations with fixed buckets from 100 microseconds to 10 minutes, about three per decade. The
/// owner observes, any thread collects.
class DurationHistogram {
public:
    /// Upper edges, inclusive.
    static constexpr std::array<std::int64_t, 19> kEdgesUs{
        100,       250,        500,        1'000,       2'500,      5'000,     10'000,
        25'000,    50'000,     100'000,    250'000,     500'000,    1'000'000, 2'500'000,
        5'000'000, 10'000'000, 30'000'000, 120'000'000, 600'000'000};

    void observe(std::int64_t duration_us);
    /// Adds this histogram to `sum`, in seconds and cumulative, as Prometheus wants it.
    void add_to(prometheus::ClientMetric::Histogram& sum) const;

private:
    std::array<Counter, kEdgesUs.size() + 1> buckets_;  ///< the last: longer than every edge
    Counter sum_us_;
};

}  // namespace llmr::metrics
