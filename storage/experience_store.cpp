#include "storage/experience_store.hpp"

#include <exception>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "storage/schema.hpp"
#include "storage/side_tables.hpp"

namespace llmr::storage {
namespace {

constexpr const char* kCreate = R"sql(
CREATE TABLE IF NOT EXISTS feedback(
  request_id TEXT PRIMARY KEY,
  verdict TEXT NOT NULL,
  given_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calibration(
  type TEXT PRIMARY KEY,
  shift REAL NOT NULL,
  updated_ms INTEGER NOT NULL
) WITHOUT ROWID;
)sql";
constexpr const char* kFind =
    "SELECT a.type, a.locality, f.verdict FROM attempts AS a LEFT JOIN feedback AS f "
    "ON f.request_id = a.request_id WHERE a.request_id = ?1 AND a.is_final = 1";
constexpr const char* kJudge =
    "INSERT INTO feedback VALUES(?1, ?2, ?3) ON CONFLICT(request_id) DO UPDATE SET "
    "verdict = excluded.verdict, given_ms = excluded.given_ms";
constexpr const char* kSave =
    "INSERT INTO calibration VALUES(?1, ?2, ?3) ON CONFLICT(type) DO UPDATE SET "
    "shift = excluded.shift, updated_ms = excluded.updated_ms";

std::optional<JudgedQuery> find(SQLite::Database& database, const std::string& request_id) {
    SQLite::Statement select(database, kFind);
    select.bindNoCopy(1, request_id);
    if (!select.executeStep()) return std::nullopt;
    JudgedQuery query;
    query.type = parse_query_type(select.getColumn(0).getString()).value_or(QueryType::simple);
    const bool local = select.getColumn(1).getString() == to_string(Locality::local);
    query.answered = local ? Locality::local : Locality::external;
    if (!select.getColumn(2).isNull()) query.before = select.getColumn(2).getString() == "good";
    return query;
}

}  // namespace

ExperienceStore::ExperienceStore(std::string path, std::unique_ptr<SQLite::Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}

Result<ExperienceStore> ExperienceStore::open(const std::string& path) {
    auto database = open_side_tables(path, kCreate);
    if (!database) return database.error();
    return ExperienceStore(path, std::move(*database));
}

Result<std::optional<JudgedQuery>> ExperienceStore::judge(std::string_view request_id, bool good,
                                                          std::int64_t now_ms) try {
    const std::string id(request_id);
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    std::optional<JudgedQuery> query = find(*database_, id);
    if (!query) return query;
    SQLite::Statement insert(*database_, kJudge);
    insert.bindNoCopy(1, id);
    insert.bind(2, good ? "good" : "bad");
    insert.bind(3, now_ms);
    insert.exec();
    transaction.commit();
    return query;
} catch (const std::exception& failure) {
    return ledger_error(path_, failure.what());
}

Result<ExperienceStore::Shifts> ExperienceStore::shifts() try {
    Shifts shifts{};
    SQLite::Statement select(*database_, "SELECT type, shift FROM calibration");
    while (select.executeStep()) {
        if (const auto type = parse_query_type(select.getColumn(0).getString()))
            shifts[static_cast<std::size_t>(*type)] = select.getColumn(1).getDouble();
    }
    return shifts;
} catch (const std::exception& failure) {
    return ledger_error(path_, failure.what());
}

Result<void> ExperienceStore::save(const Shifts& shifts, std::int64_t now_ms) try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement insert(*database_, kSave);
    for (const QueryType type : kAllQueryTypes) {
        insert.reset();
        insert.bind(1, std::string(to_string(type)));
        insert.bind(2, shifts[static_cast<std::size_t>(type)]);
        insert.bind(3, now_ms);
        insert.exec();
    }
    transaction.commit();
    return {};
} catch (const std::exception& failure) {
    return ledger_error(path_, failure.what());
}

}  // namespace llmr::storage
