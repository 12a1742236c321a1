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
inline constexpr std::size_t kAllowances = static_cast<std::size_t>(Allowance::below_cut) + 1;
/// Two lines, as the adjacent-line prefetcher of x86 pulls pairs.
inline constexpr std::size_t kShardAlignment = 128;

/// What an I/O thread counts of one upstream.
struct UpstreamShard {
    using ByStatus = std::array<Counter, kStatuses>;

    std::array<ByStatus, kLocalities> attempts;
    Counter load_waits;
    Counter cost_pico;
    Counter breakers_opened;
    Counter breakers_tripped;     ///< how many are now
    Counter breakers_rest_until;  ///< when the last of them lets a trial through; SteadyTime, ns
};

/// What one I/O thread counts. Written by that thread alone, read by whoever renders.
struct alignas(kShardAlignment) Shard {
    using ByStatus = UpstreamShard::ByStatus;

    std::array<std::array<ByStatus, kLocalities>, kTypes> queries;
    std::vector<UpstreamShard> upstreams;  ///< by label
    std::array<std::array<Counter, kDirections>, kLocalities> tokens;
    Counter baseline_pico;
    Counter saved_pico;
    Counter cost_unknown;
    Counter truncated;
    Counter usage_inconsistent;
    Counter conversation_switches;
    std::array<WaitHistogram, kLocalities> query_duration;
    std::array<WaitHistogram, kLocalities> first_token;
    WaitHistogram queue_wait;
    WorkHistogram overhead;
    WorkHistogram classification;
    std::array<Counter, kStatusClasses> http;
    Counter rejected_heads;
    std::array<Counter, kRefusals> refusals;
    std::array<Counter, kAllowances> allowance;
    Counter retries_denied;

    explicit Shard(std::size_t upstream_labels) : upstreams(upstream_labels) {}
};

/// What the storage thread counts.
struct alignas(kShardAlignment) LedgerShard {
    RowHistogram rows;
    WaitHistogram lag;
    WaitHistogram duration;
};

using Shards = std::vector<std::unique_ptr<Shard>>;

}  // namespace llmr::metrics
