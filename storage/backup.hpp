#pragma once

#include <cstdint>
#include <string>

#include "core/error.hpp"

namespace llmr::storage {

struct BackupReport {
    std::int64_t rows = 0;  ///< attempts in the copy
    std::int64_t bytes = 0;
};

/// Writes a consistent copy of the ledger at `path` to the new file `target` (mode 0600) while a
/// daemon goes on writing: it is the ledger as of one moment. The copy is checked by SQLite and
/// synced to disk before it gets its name; an existing file is never replaced. Errors:
/// ledger_unavailable with the reason, and then no file is left behind.
Result<BackupReport> backup_ledger(const std::string& path, const std::string& target);

}  // namespace llmr::storage
