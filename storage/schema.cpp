#include "storage/schema.hpp"

#include <array>
#include <cstdio>
#include <sys/stat.h>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "storage/latency_functions.hpp"
#include "storage/series_writer.hpp"

namespace llmr::storage {
namespace {

// Enums are text and flags are 0 or 1, so that a person with sqlite3 can read the tables. Amounts
// are pico-USD, times are UTC milliseconds. Rollups exist per hour, and for hours before
// totals.folded_until_ms also per UTC day and in one 'all' span: no range needs many rows.
constexpr Migration kVersion1 = R"sql(
CREATE TABLE attempts(
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  decision_seq INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  status TEXT NOT NULL,
  is_final INTEGER NOT NULL,
  query_local INTEGER NOT NULL,
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  model_asked TEXT NOT NULL,
  model_served TEXT NOT NULL,
  locality TEXT NOT NULL,
  dialect TEXT NOT NULL,
  operation TEXT NOT NULL,
  stream INTEGER NOT NULL,
  type TEXT NOT NULL,
  complexity INTEGER NOT NULL,
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  fallback INTEGER NOT NULL,
  simulated INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  session TEXT NOT NULL,
  input_uncached INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  output_visible INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  usage_source TEXT NOT NULL,
  cost INTEGER,
  price_id TEXT NOT NULL,
  baseline INTEGER,
  baseline_id TEXT NOT NULL,
  queue_us INTEGER NOT NULL,
  load_us INTEGER NOT NULL,
  ttft_us INTEGER NOT NULL,
  total_us INTEGER NOT NULL,
  router_us INTEGER NOT NULL,
  http_upstream INTEGER NOT NULL,
  http_client INTEGER NOT NULL,
  finish_reason TEXT NOT NULL,
  error_code TEXT NOT NULL,
  UNIQUE(request_id, attempt)
);
CREATE INDEX attempts_open ON attempts(status) WHERE status = 'open';
CREATE INDEX attempts_decisions ON attempts(decision_seq, query_local) WHERE is_final = 1;

CREATE TABLE rollups(
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  query_local INTEGER NOT NULL,
  type TEXT NOT NULL,
  model TEXT NOT NULL,
  upstream TEXT NOT NULL,
  locality TEXT NOT NULL,
  queries INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  unknown_cost INTEGER NOT NULL,
  baseline INTEGER NOT NULL,
  savings INTEGER NOT NULL,
  latency_us_sum INTEGER NOT NULL,
  latency_count INTEGER NOT NULL,
  fallbacks INTEGER NOT NULL,
  interrupted INTEGER NOT NULL,
  usage_reported INTEGER NOT NULL,
  usage_estimated INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY(span, start_ms, query_local, type, model, upstream, locality)
) WITHOUT ROWID;

CREATE TABLE latencies(
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  locality TEXT NOT NULL,
  upto_us INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY(span, start_ms, kind, locality, upto_us)
) WITHOUT ROWID;

CREATE TABLE totals(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  decisions INTEGER NOT NULL,
  external INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  folded_until_ms INTEGER NOT NULL
);
INSERT INTO totals VALUES(1, 0, 0, 0, 0);
PRAGMA application_id = 1280068946;
)sql";
static_assert(kApplicationId == 1280068946);

// awaits_next: closed, not final, and the query's next attempt has no row yet. A crash at that
// moment leaves such a row; the partial indices find what a crash left without a scan. spill_replay
// says how far which spill file is in the tables; its count changes with every commit of a replay,
// so that each writes something and shows whether writing works. The new columns of rollups are
// sums of their namesakes in attempts.
constexpr Migration kVersion2 = R"sql(
ALTER TABLE attempts ADD COLUMN energy_cost INTEGER;
ALTER TABLE attempts ADD COLUMN cost_worst_case INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN awaits_next INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollups ADD COLUMN energy_cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollups ADD COLUMN cost_worst_case INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET awaits_next = 1 WHERE is_final = 0 AND status <> 'open' AND NOT EXISTS(
  SELECT 1 FROM attempts AS later
  WHERE later.request_id = attempts.request_id AND later.attempt > attempts.attempt);
CREATE INDEX attempts_awaiting ON attempts(request_id) WHERE awaits_next = 1;
CREATE TABLE spill_replay(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  file INTEGER NOT NULL,
  upto INTEGER NOT NULL,
  commits INTEGER NOT NULL
);
INSERT INTO spill_replay VALUES(1, 0, 0, 0);
)sql";

// cache_write_1h is part of cache_write. What was billed at another class of service than the
// standard one says so in the name of its price.
constexpr Migration kVersion4 = R"sql(
ALTER TABLE attempts ADD COLUMN cache_write_1h INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN service_tier TEXT NOT NULL DEFAULT '';
UPDATE attempts SET service_tier = CASE
  WHEN price_id LIKE '%;tier=batch%' THEN 'batch'
  WHEN price_id LIKE '%;tier=flex%' THEN 'flex'
  ELSE 'priority' END
WHERE price_id LIKE '%;tier=%';
)sql";

constexpr Migration kVersion6 = R"sql(
ALTER TABLE attempts ADD COLUMN num_ctx INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN truncated INTEGER NOT NULL DEFAULT 0;
)sql";

const std::array<Migration, 6> kMigrations{kVersion1, kVersion2,           kSeriesMigration,
                                           kVersion4, kHistogramMigration, kVersion6};

int pragma_int(SQLite::Database& database, const char* sql) {
    return database.execAndGet(sql).getInt();
}

void backup(SQLite::Database& database, const std::string& path, int version) {
    const std::string target = fmt::format("{}.backup-v{}", path, version);
    const std::string unfinished = target + ".tmp";
    std::remove(unfinished.c_str());
    SQLite::Statement copy(database, "VACUUM INTO ?1");
    copy.bind(1, unfinished);
    copy.exec();
    if (::chmod(unfinished.c_str(), S_IRUSR | S_IWUSR) != 0 ||
        std::rename(unfinished.c_str(), target.c_str()) != 0)
        throw std::runtime_error("the backup before migrating could not be put in place");
}

void apply(SQLite::Database& database, Migration step, int version) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(step);
    database.exec(fmt::format("PRAGMA user_version = {}", version));
    transaction.commit();
}

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

Error ledger_error(const std::string& path, const std::string& reason) {
    return {Errc::ledger_unavailable, fmt::format("ledger {}: {}", path, reason)};
}

Result<void> migrate(SQLite::Database& database, const std::string& path,
                     std::span<const Migration> steps) try {
    const int newest = static_cast<int>(steps.size());
    const int found = pragma_int(database, "PRAGMA user_version");
    const bool empty = pragma_int(database, "SELECT COUNT(*) FROM sqlite_schema") == 0;
    if (!empty && pragma_int(database, "PRAGMA application_id") != kApplicationId)
        return ledger_error(path, "is a database of another program");
    if (found > newest)
        return ledger_error(path, fmt::format("has schema version {}, this program knows up to {}; "
                                              "it was written by a newer version",
                                              found, newest));
    if (found == newest) return {};
    if (!empty) backup(database, path, found);
    define_latency_functions(database);
    for (int version = found + 1; version <= newest; ++version)
        apply(database, steps[static_cast<std::size_t>(version - 1)], version);
    return {};
} catch (const std::exception& failure) {
    return ledger_error(path, failure.what());
}

}  // namespace llmr::storage
