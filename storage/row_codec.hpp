#pragma once

#include <string>

#include <SQLiteCpp/Statement.h>

#include "storage/attempt_row.hpp"

/// The one place that maps AttemptRow to the columns of table `attempts`.
namespace llmr::storage {

/// "request_id, attempt, ...": the order in which `bind_row` binds and `read_row` reads.
const std::string& column_list();

/// Inserts, or replaces a row that is still open; changes nothing where the stored row is closed.
std::string upsert_sql();
/// Replaces whatever is stored under the row's key.
std::string replace_sql();

/// Binds parameters 1.. without copying: `row` must outlive the statement's next reset.
void bind_row(SQLite::Statement& statement, const AttemptRow& row);

/// Reads a row from result columns `first_column`.. Throws std::runtime_error on an enum text that
/// this program does not know.
AttemptRow read_row(SQLite::Statement& statement, int first_column = 0);

}  // namespace llmr::storage
