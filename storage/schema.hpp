#pragma once

#include <span>
#include <string>

#include <SQLiteCpp/Database.h>

#include "core/error.hpp"

namespace llmr::storage {

/// One step of the schema: SQL that lifts `user_version` from its index in the list to index + 1.
using Migration = const char*;

/// Every step up to the schema this program writes.
std::span<const Migration> migrations();

/// Marks a file as ours ("LLMR"), so that another program's database is not written into.
inline constexpr int kApplicationId = 0x4C4C4D52;

/// Brings `database` (the file at `path`) to the newest schema, each step in one IMMEDIATE
/// transaction. Before the first step on a file that already holds a ledger, a copy is made next to
/// it: `<path>.backup-v<version>`. A step that fails leaves the version before it untouched.
/// Errors (ledger_unavailable): newer than `steps`, another program's database, SQL failures.
Result<void> migrate(SQLite::Database& database, const std::string& path,
                     std::span<const Migration> steps = migrations());

/// The one shape of every start-up failure of the ledger: names the file and the reason.
Error ledger_error(const std::string& path, const std::string& reason);

}  // namespace llmr::storage
