#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/types.hpp"
#include "metrics/counter.hpp"
#include "metrics/histogram.hpp"
#include "metrics/metrics.hpp"

namespace llmr::metrics {

inline constexpr std::size_t kTypes = kAllQueryTypes.size();
inline constexpr std::size_t kLocalities = 2;
inline constexpr std::size_t kStatuses = static_cast<std::size_t>(AttemptStatus::refused) + 1;
inline constexpr std::size_t kStatusClasses = 5;  ///< 1xx to 5xx
inline constexpr std::size_t kDirections = 2;     ///< input, output
inline constexpr std::size_t kRefusals = static_cast<std::size_t>(Refusal::deadline) + 1;
/// Two lines, as the adjacent-line prefetcher of x86 pulls pairs.
inline constexpr std::size_t kShardAlignment = 128;

/// What one I/O thread counts. Written by that thread alone, read by whoever renders.
struct alignas(kShardAlignment) Shard {
    using ByStatus = std::array<Counter, kStatuses>;

    std::array<std::array<ByStatus, kLocalities>, kTypes> queries;
    std::vector<std::array<ByStatus, kLocalities>> attempts;  ///< by upstream
    std::vector<Counter> load_waits;                          ///< by upstream
    std::array<std::array<Counter, kDirections>, kLocalities> tokens;
    Counter cost_pico;
    Counter cost_unknown;
    Counter truncated;
    Counter usage_inconsistent;
    Counter conversation_switches;
    std::array<DurationHistogram, kLocalities> query_duration;
    std::array<DurationHistogram, kLocalities> first_token;
    DurationHistogram overhead;
    std::array<Counter, kStatusClasses> http;
    Counter rejected_heads;
    std::array<Counter, kRefusals> refusals;
    Counter retries_denied;

    explicit Shard(std::size_t upstreams) : attempts(upstreams), load_waits(upstreams) {}
};

using Shards = std::vector<std::unique_ptr<Shard>>;

}  // namespace llmr::metrics
