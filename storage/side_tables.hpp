#pragma once

#include <memory>
#include <string>

#include <SQLiteCpp/Database.h>

#include "core/error.hpp"

namespace llmr::storage {

/// Opens the ledger's file for tables that stand beside its own, and makes them by `create` where
/// they are missing. Waits up to 5 s for another's write. Errors: ledger_unavailable (no such file,
/// another program's database, no permission).
Result<std::unique_ptr<SQLite::Database>> open_side_tables(const std::string& path,
                                                           const char* create);

}  // namespace llmr::storage
