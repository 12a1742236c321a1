#pragma once

#include <cstdint>
#include <span>

#include <SQLiteCpp/Database.h>

namespace llmr::storage {

/// Whether figures between `edges` (UTC milliseconds) are exact. An edge that is no multiple of
/// `stored_ms`, the finest stored sum, is counted from rows: of its hour all must still be there.
/// Where rows of that hour are gone, but maybe not those that count, the answer is no. Throws
/// SQLite::Exception.
bool edges_are_exact(SQLite::Database& database, std::span<const std::int64_t> edges,
                     std::int64_t stored_ms);

}  // namespace llmr::storage
