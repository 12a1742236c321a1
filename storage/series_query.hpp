#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "storage/queries.hpp"

namespace llmr::storage {

/// The figures between each two neighbours of `edges`, in one read transaction: hours from stored
/// sums, hours that an edge cuts from quarters, quarters that one cuts from rows. Throws
/// SQLite::Exception.
std::vector<SeriesPoint> read_series(SQLite::Database& database,
                                     std::span<const std::int64_t> edges);

/// The figures by API key, busiest first. Throws SQLite::Exception.
std::vector<GroupTotals> read_by_key(SQLite::Database& database, TimeRange range);

}  // namespace llmr::storage
