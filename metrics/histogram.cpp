#include "metrics/histogram.hpp"

#include <algorithm>
#include <limits>

namespace llmr::metrics {
namespace {

// Divided, not multiplied by 1e-6: the quotient is the double nearest to the decimal edge.
constexpr double kMicrosPerSecond = 1e6;

double upper_bound_seconds(std::size_t bucket) {
    if (bucket == DurationHistogram::kEdgesUs.size())
        return std::numeric_limits<double>::infinity();
    return static_cast<double>(DurationHistogram::kEdgesUs[bucket]) / kMicrosPerSecond;
}

}  // namespace

void DurationHistogram::observe(std::int64_t duration_us) {
    const auto edge = std::lower_bound(kEdgesUs.begin(), kEdgesUs.end(), duration_us);
    buckets_[static_cast<std::size_t>(edge - kEdgesUs.begin())].add();
    sum_us_.add(duration_us);
}

void DurationHistogram::add_to(prometheus::ClientMetric::Histogram& sum) const {
    sum.bucket.resize(buckets_.size());
    std::uint64_t cumulative = 0;
    for (std::size_t index = 0; index < buckets_.size(); ++index) {
        cumulative += static_cast<std::uint64_t>(buckets_[index].get());
        sum.bucket[index].upper_bound = upper_bound_seconds(index);
        sum.bucket[index].cumulative_count += cumulative;
    }
    sum.sample_count += cumulative;
    sum.sample_sum += static_cast<double>(sum_us_.get()) / kMicrosPerSecond;
}

}  // namespace llmr::metrics
