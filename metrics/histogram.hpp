#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include <prometheus/client_metric.h>

#include "metrics/counter.hpp"

namespace llmr::metrics {

/// From 100 microseconds to 10 minutes, about three per decade: what clients wait for.
inline constexpr std::array<std::int64_t, 19> kWaitEdgesUs{
    100,       250,        500,        1'000,       2'500,      5'000,     10'000,
    25'000,    50'000,     100'000,    250'000,     500'000,    1'000'000, 2'500'000,
    5'000'000, 10'000'000, 30'000'000, 120'000'000, 600'000'000};
/// From 5 microseconds to a second: the router's own work.
inline constexpr std::array<std::int64_t, 14> kWorkEdgesUs{
    5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 1'000'000};
/// Up to the largest transaction of the ledger.
inline constexpr std::array<std::int64_t, 9> kRowEdges{1, 2, 5, 10, 20, 50, 100, 200, 512};

/// Integers counted in fixed buckets. `kEdges` are the upper edges, inclusive and ascending; what
/// is collected is divided by `kPerUnit`, which makes seconds of microseconds. The owner observes,
/// any thread collects.
template <const auto& kEdges, std::int64_t kPerUnit>
class Histogram {
public:
    void observe(std::int64_t value) {
        const auto edge = std::lower_bound(kEdges.begin(), kEdges.end(), value);
        buckets_[static_cast<std::size_t>(edge - kEdges.begin())].add();
        sum_.add(value);
    }

    /// Adds this histogram to `sum`, cumulative, as Prometheus wants it.
    void add_to(prometheus::ClientMetric::Histogram& sum) const {
        sum.bucket.resize(buckets_.size());
        std::uint64_t cumulative = 0;
        for (std::size_t index = 0; index < buckets_.size(); ++index) {
            cumulative += static_cast<std::uint64_t>(buckets_[index].get());
            sum.bucket[index].upper_bound = upper_bound(index);
            sum.bucket[index].cumulative_count += cumulative;
        }
        sum.sample_count += cumulative;
        sum.sample_sum += in_units(sum_.get());
    }

private:
    // Divided, not multiplied by the inverse: the quotient is the double nearest to the decimal.
    static double in_units(std::int64_t value) {
        return static_cast<double>(value) / static_cast<double>(kPerUnit);
    }
    static double upper_bound(std::size_t bucket) {
        if (bucket == kEdges.size()) return std::numeric_limits<double>::infinity();
        return in_units(kEdges[bucket]);
    }

    std::array<Counter, kEdges.size() + 1> buckets_;  ///< the last: beyond every edge
    Counter sum_;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
using WaitHistogram = Histogram<kWaitEdgesUs, kMicrosPerSecond>;
using WorkHistogram = Histogram<kWorkEdgesUs, kMicrosPerSecond>;
using RowHistogram = Histogram<kRowEdges, 1>;

}  // namespace llmr::metrics
