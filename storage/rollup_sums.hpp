#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "storage/attempt_row.hpp"

namespace llmr::storage {

/// The additive columns of table `rollups`.
struct RollupSums {
    std::int64_t queries = 0;  ///< final attempts; so are ok, errors, cancelled and the latency
    std::int64_t ok = 0;
    std::int64_t errors = 0;
    std::int64_t cancelled = 0;
    std::int64_t attempts = 0;  ///< all attempts from here on, except the latency
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t cost = 0;
    std::int64_t unknown_cost = 0;
    std::int64_t baseline = 0;
    std::int64_t savings = 0;
    std::int64_t latency_us_sum = 0;
    std::int64_t latency_count = 0;
    std::int64_t fallbacks = 0;
    std::int64_t interrupted = 0;
    std::int64_t usage_reported = 0;
    std::int64_t usage_estimated = 0;
    std::int64_t energy_cost = 0;
    std::int64_t cost_worst_case = 0;  ///< attempts whose cost is only the most it can have been

    void add(const RollupSums& other, std::int64_t times = 1);
    bool operator==(const RollupSums&) const = default;
};

struct RollupColumn {
    const char* name;
    std::int64_t RollupSums::* member;
};
/// Every additive column once; SQL, binding, reading and adding come from this list.
std::span<const RollupColumn> rollup_columns();
/// The names one after the other, each put into `pattern` in place of {0}: parts of SQL.
std::string each_column(std::string_view pattern);

/// What one closed attempt adds. An open one adds nothing.
RollupSums contribution(const AttemptRow& row);

}  // namespace llmr::storage
