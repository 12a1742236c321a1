#include "storage/recost_store.hpp"

#include <exception>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "storage/schema.hpp"
#include "storage/side_tables.hpp"

namespace llmr::storage {
namespace {

constexpr const char* kCreate =
    "CREATE TABLE IF NOT EXISTS recosts(request_id TEXT NOT NULL, attempt INTEGER NOT NULL, "
    "recosted_ms INTEGER NOT NULL, cost INTEGER, price_id TEXT NOT NULL, baseline INTEGER, "
    "baseline_id TEXT NOT NULL, PRIMARY KEY(request_id, attempt)) WITHOUT ROWID";
constexpr const char* kWrite =
    "INSERT INTO recosts VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(request_id, attempt) DO "
    "UPDATE SET recosted_ms = excluded.recosted_ms, cost = excluded.cost, price_id = "
    "excluded.price_id, baseline = excluded.baseline, baseline_id = excluded.baseline_id";

void bind_amount(SQLite::Statement& statement, int index, const std::optional<PicoUsd>& amount) {
    amount ? statement.bind(index, *amount) : statement.bind(index);
}

}  // namespace

RecostStore::RecostStore(std::string path, std::unique_ptr<SQLite::Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}

Result<RecostStore> RecostStore::open(const std::string& path) {
    auto database = open_side_tables(path, kCreate);
    if (!database) return database.error();
    return RecostStore(path, std::move(*database));
}

Result<void> RecostStore::write(const std::vector<Recost>& recosts, std::int64_t now_ms) try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement insert(*database_, kWrite);
    for (const Recost& recost : recosts) {
        insert.reset();
        insert.bindNoCopy(1, recost.request_id);
        insert.bind(2, recost.attempt);
        insert.bind(3, now_ms);
        bind_amount(insert, 4, recost.cost);
        insert.bindNoCopy(5, recost.price_id);
        bind_amount(insert, 6, recost.baseline);
        insert.bindNoCopy(7, recost.baseline_id);
        insert.exec();
    }
    transaction.commit();
    return {};
} catch (const std::exception& failure) {
    return ledger_error(path_, failure.what());
}

}  // namespace llmr::storage
