#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "core/error.hpp"
#include "core/money.hpp"

namespace llmr::storage {

/// What one attempt costs by the prices of today, beside what was billed.
struct Recost {
    std::string request_id;
    int attempt = 1;
    std::optional<PicoUsd> cost;  ///< nothing: still no price
    std::string price_id;
    std::optional<PicoUsd> baseline;
    std::string baseline_id;
};

/// Table `recosts`: one row per attempt that was priced again, with the latest result. Table
/// `attempts` is never touched. It is made when it is first needed. Writes in small transactions,
/// so that a running daemon hardly waits. Not thread-safe.
class RecostStore {
public:
    /// Errors: ledger_unavailable.
    static Result<RecostStore> open(const std::string& path);
    /// Commits all of it, or nothing. Errors: ledger_unavailable.
    Result<void> write(const std::vector<Recost>& recosts, std::int64_t now_ms);

private:
    RecostStore(std::string path, std::unique_ptr<SQLite::Database> database);
    std::string path_;
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace llmr::storage
