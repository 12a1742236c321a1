#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// The local share of a recent period.
struct SharePeriod {
    std::string_view name;     ///< "last_24_hours", "last_7_days"
    std::int64_t from_ms = 0;  ///< the whole hour that the period begins in
    std::int64_t total = 0;    ///< queries
    std::int64_t external = 0;
};

/// The periods that end at `now_ms`. They begin at a whole hour, so that sums by hour are all that
/// is read, however long the ledger. Blocks on SQLite.
Result<std::vector<SharePeriod>> share_periods(storage::LedgerReader& reader, std::int64_t now_ms);

}  // namespace llmr::daemon
