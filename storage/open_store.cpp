#include "storage/open_store.hpp"

#include "storage/database_file.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {

Result<std::unique_ptr<AttemptStore>> open_store(const LedgerOptions& options) try {
    if (const auto ready = prepare_database_file(options.path); !ready) return ready.error();
    auto database = open_writer(options.path, options.fsync, options.busy_timeout_ms, options.vfs);
    if (const auto ready = migrate(*database, options.path); !ready) return ready.error();
    // A rollback journal of the switch to WAL must not come back after a loss of power: it would
    // take the database back to before its first row.
    sync_directory_of(options.path);
    return std::make_unique<AttemptStore>(std::move(database));
} catch (const std::exception& failure) {
    return ledger_error(options.path, failure.what());
}

}  // namespace llmr::storage
