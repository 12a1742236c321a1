#pragma once

#include <cstdint>

#include <SQLiteCpp/Database.h>

#include "storage/queries.hpp"

namespace llmr::storage {

/// Statistics from rollups, in one read transaction. Throws SQLite::Exception.
Stats read_stats(SQLite::Database& database, std::int64_t since_ms);

}  // namespace llmr::storage
