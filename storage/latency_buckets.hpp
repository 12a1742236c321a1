#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace llmr::storage {

/// Upper edges (inclusive, microseconds) of the latency histogram: each at most 10% above the one
/// before it, or 1 us below 10 us, up to one day. A latency beyond that falls into the last bucket.
inline constexpr auto kLatencyEdges = [] {
    std::array<std::int64_t, 256> edges{};
    std::int64_t edge = 1;
    for (auto& slot : edges) {
        slot = edge;
        edge = std::max(edge + 1, edge + edge / 10);
    }
    return edges;
}();
static_assert(kLatencyEdges.back() >= 86'400'000'000);

/// The index in kLatencyEdges of the bucket that `latency_us` falls into.
inline std::size_t latency_bucket(std::int64_t latency_us) {
    const auto found = std::lower_bound(kLatencyEdges.begin(), kLatencyEdges.end() - 1, latency_us);
    return static_cast<std::size_t>(found - kLatencyEdges.begin());
}

}  // namespace llmr::storage
