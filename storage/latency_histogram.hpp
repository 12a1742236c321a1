#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/latency_buckets.hpp"

namespace llmr::storage {

/// How many latencies fell into each bucket of latency_buckets.hpp. A plain value.
class LatencyHistogram {
public:
    /// Adds (`times` 1) or takes back (-1) one latency.
    void add(std::int64_t latency_us, std::int64_t times = 1);
    void add(const LatencyHistogram& other);
    /// Adds what encode() wrote. False, with the readable part added, if that is damaged.
    bool add_encoded(std::string_view bytes);
    /// Non-empty buckets in order, each as LEB128: distance from the one before it, zigzag count. A
    /// busy hour takes some 300 bytes. The format of column latencies.counts.
    std::string encode() const;

    std::int64_t count() const;
    /// The upper edge of the bucket that holds the nearest-rank percentile, in microseconds; 0
    /// while there is none.
    std::int64_t percentile(int percent) const;
    std::int64_t in_bucket(std::size_t bucket) const { return counts_[bucket]; }
    bool operator==(const LatencyHistogram&) const = default;

private:
    void add_to_bucket(std::size_t bucket, std::int64_t times);

    std::array<std::int64_t, kLatencyEdges.size()> counts_{};
};

}  // namespace llmr::storage
