#pragma once

#include <SQLiteCpp/Database.h>

#include "storage/queries.hpp"

namespace llmr::storage {

/// Rows newest first. Looks at a slice of the table at a time, so that no read lasts long; gives up
/// after a quarter of a second and says where to go on. Throws SQLite::Exception.
QueryPage read_recent(SQLite::Database& database, const QueryFilter& filter);

}  // namespace llmr::storage
