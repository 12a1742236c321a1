#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/money.hpp"
#include "storage/range_cover.hpp"

namespace llmr::storage {

/// What one external model used on one UTC day, over all attempts that tokens are known of.
struct DailyUsage {
    std::int64_t day_ms = 0;
    std::string upstream;
    std::string model;  ///< as the upstream named it; as we asked for it where it did not
    std::int64_t attempts = 0;
    std::int64_t input_uncached = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t output_tokens = 0;
    PicoUsd cost = 0;               ///< of those with a price
    std::int64_t without_cost = 0;  ///< attempts without one
};

/// By day, upstream and model. Errors: ledger_unavailable.
Result<std::vector<DailyUsage>> read_daily_usage(const std::string& path, TimeRange range);

}  // namespace llmr::storage
