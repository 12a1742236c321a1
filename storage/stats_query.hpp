#pragma once

#include <SQLiteCpp/Database.h>

#include "storage/queries.hpp"

namespace llmr::storage {

/// Statistics in one read transaction. Throws SQLite::Exception.
Stats read_stats(SQLite::Database& database, TimeRange range);

}  // namespace llmr::storage
