#include "storage/side_tables.hpp"

#include <exception>

#include "storage/schema.hpp"

namespace llmr::storage {

Result<std::unique_ptr<SQLite::Database>> open_side_tables(const std::string& path,
                                                           const char* create) try {
    constexpr int kBusyTimeoutMs = 5000;
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
    if (database->execAndGet("PRAGMA application_id").getInt() != kApplicationId)
        return ledger_error(path, "is a database of another program");
    database->exec(create);
    return database;
} catch (const std::exception& failure) {
    return ledger_error(path, failure.what());
}

}  // namespace llmr::storage
