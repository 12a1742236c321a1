#include "storage/attempt_store.hpp"

#include <algorithm>
#include <sqlite3.h>
#include <stdexcept>
#include <utility>

#include "core/clock.hpp"
#include "storage/row_codec.hpp"

namespace llmr::storage {
namespace {

constexpr int kLongWalPages = 4096;     // 16 MiB
constexpr int kLongestWalPages = 6144;  // 24 MiB
constexpr int kWaitForReadersMs = 5;

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

std::string select_sql() {
    return "SELECT " + column_list() + " FROM attempts WHERE request_id = ?1 AND attempt = ?2";
}

constexpr const char* kFollowed =
    "UPDATE attempts SET awaits_next = 0 WHERE request_id = ?1 AND awaits_next = 1 AND attempt <= "
    "?2";
constexpr const char* kSetReplayed =
    "UPDATE spill_replay SET file = ?1, upto = ?2, commits = commits + 1";
constexpr const char* kAwaiting =
    "UPDATE attempts SET awaits_next = 1 WHERE request_id = ?1 AND attempt = ?2 AND NOT EXISTS("
    "SELECT 1 FROM attempts WHERE request_id = ?1 AND attempt > ?2)";

}  // namespace

AttemptStore::AttemptStore(std::unique_ptr<SQLite::Database> database)
    : database_(std::move(database)),
      rollups_(*database_),
      begin_(*database_, "BEGIN IMMEDIATE"),
      commit_(*database_, "COMMIT"),
      upsert_(*database_, upsert_sql()),
      select_(*database_, select_sql()),
      replace_(*database_, replace_sql()),
      followed_(*database_, kFollowed),
      awaiting_(*database_, kAwaiting),
      set_replayed_(*database_, kSetReplayed),
      retention_(*database_) {
    sqlite3_wal_hook(database_->getHandle(), &remember_wal_pages, &wal_pages_);
}

// tryReset() throughout: reset() throws again what the statement's last run has thrown.
AttemptStore::Batch::Batch(AttemptStore& store) : store_(store) {
    store_.begin_.tryReset();
    store_.begin_.exec();
}

AttemptStore::Batch::~Batch() {
    if (done_) return;
    // A statement that failed still holds its error; ROLLBACK needs it reset. Where SQLite has
    // rolled back by itself, ROLLBACK fails and there is nothing to do.
    store_.upsert_.tryReset();
    store_.replace_.tryReset();
    store_.followed_.tryReset();
    store_.awaiting_.tryReset();
    store_.set_replayed_.tryReset();
    store_.commit_.tryReset();
    store_.database_->tryExec("ROLLBACK");
    store_.rollups_.discard();
    store_.replaced_.clear();
}

void AttemptStore::Batch::write(const AttemptRow& row) {
    SQLite::Statement& upsert = store_.upsert_;
    upsert.tryReset();
    bind_row(upsert, row);
    const bool written = upsert.exec() == 1;
    if (written && row.attempt > 1) store_.note_next_attempt(row);
    if (row.status == AttemptStatus::open) return;
    written ? store_.rollups_.count(row, 1) : store_.replace_closed(row);
    if (!row.final) {
        store_.awaiting_.tryReset();
        store_.awaiting_.bindNoCopy(1, row.request_id);
        store_.awaiting_.bind(2, row.attempt);
        store_.awaiting_.exec();
    }
}

void AttemptStore::Batch::replayed(std::int64_t file, std::int64_t position) {
    store_.set_replayed_.tryReset();
    store_.set_replayed_.bind(1, file);
    store_.set_replayed_.bind(2, position);
    store_.set_replayed_.exec();
}

void AttemptStore::Batch::commit() {
    store_.rollups_.flush();
    store_.commit_.tryReset();
    store_.commit_.exec();
    store_.rollups_.committed();
    store_.replaced_.clear();
    done_ = true;
}

void AttemptStore::replace_closed(const AttemptRow& row) {
    select_.tryReset();
    select_.bindNoCopy(1, row.request_id);
    select_.bind(2, row.attempt);
    if (!select_.executeStep()) throw std::logic_error("an attempt was neither new nor stored");
    const AttemptRow& old = replaced_.emplace_back(read_row(select_));
    select_.tryReset();
    // The start is a fact of the first row; moving it would leave first and last times behind.
    AttemptRow& updated = replaced_.emplace_back(row);
    updated.started_ms = old.started_ms;
    replace_.tryReset();
    bind_row(replace_, updated);
    replace_.exec();
    note_next_attempt(row);
    rollups_.count(old, -1);
    rollups_.count(updated, 1);
}

void AttemptStore::note_next_attempt(const AttemptRow& row) {
    followed_.tryReset();
    followed_.bindNoCopy(1, row.request_id);
    followed_.bind(2, row.attempt);
    followed_.exec();
}

AttemptRow AttemptStore::interrupted(AttemptRow row) {
    SQLite::Statement others(*database_,
                             "SELECT COALESCE(MAX(attempt) > ?2, 0), "
                             "COALESCE(SUM(attempt < ?2 AND locality = 'external'), 0) "
                             "FROM attempts WHERE request_id = ?1");
    others.bindNoCopy(1, row.request_id);
    others.bind(2, row.attempt);
    others.executeStep();
    row.status = AttemptStatus::interrupted;
    row.final = others.getColumn(0).getInt() == 0;
    row.query_local = row.locality == Locality::local && others.getColumn(1).getInt() == 0;
    return row;
}

std::deque<AttemptRow> AttemptStore::select_rows(const char* where) {
    std::deque<AttemptRow> rows;
    SQLite::Statement select(*database_,
                             "SELECT " + column_list() + " FROM attempts WHERE " + where);
    while (select.executeStep())
        rows.push_back(read_row(select));
    return rows;
}

std::int64_t AttemptStore::recover() {
    std::deque<AttemptRow> open = select_rows("status = 'open'");
    std::deque<AttemptRow> last = select_rows("awaits_next = 1");
    if (open.empty() && last.empty()) return 0;
    Batch batch(*this);
    for (AttemptRow& row : last) {
        row.final = true;
        batch.write(row);
    }
    for (AttemptRow& row : open) {
        row = interrupted(std::move(row));
        batch.write(row);
    }
    batch.commit();
    return static_cast<std::int64_t>(open.size() + last.size());
}

std::int64_t AttemptStore::replayed_upto(std::int64_t file) {
    SQLite::Statement select(*database_, "SELECT upto FROM spill_replay WHERE file = ?1");
    select.bind(1, file);
    return select.executeStep() ? select.getColumn(0).getInt64() : 0;
}

bool AttemptStore::retire(const RetentionLimits& limits) {
    if (!limits.any() || !retention_.is_due(limits)) return false;
    const SteadyTime start = steady_now();
    Batch batch(*this);
    const int deleted = retention_.delete_slice(limits);
    batch.commit();
    retention_.took(micros_between(start, steady_now()));
    return deleted > 0;
}

LedgerShareHistory AttemptStore::share_history(int window) {
    const LedgerTotals& totals = rollups_.totals();
    LedgerShareHistory history{totals.decisions, totals.external, totals.last_seq, {}};
    SQLite::Statement recent(*database_,
                             "SELECT query_local, type, complexity, score, input_uncached + "
                             "cache_read + cache_write + output_visible + reasoning, cost, "
                             "baseline FROM attempts WHERE "
                             "is_final = 1 AND decision_seq > 0 ORDER BY decision_seq DESC LIMIT "
                             "?1");
    recent.bind(1, window);
    while (recent.executeStep()) {
        const auto type = parse_query_type(recent.getColumn(1).getString());
        history.recent.push_back({recent.getColumn(0).getInt() == 0,
                                  type.value_or(QueryType::simple), recent.getColumn(2).getInt(),
                                  recent.getColumn(3).getDouble(), recent.getColumn(4).getInt64(),
                                  recent.getColumn(5).getInt64(), recent.getColumn(6).getInt64()});
    }
    std::reverse(history.recent.begin(), history.recent.end());
    return history;
}

bool AttemptStore::is_checkpoint_due(int pages) {
    if (wal_pages_ < checkpointed_pages_) checkpointed_pages_ = 0;  // the WAL began anew
    if (wal_pages_ - checkpointed_pages_ < pages) return false;
    checkpointed_pages_ = wal_pages_;
    return true;
}

bool AttemptStore::is_wal_long() const {
    return wal_pages_ > kLongWalPages;
}

bool AttemptStore::is_wal_too_long() const {
    return wal_pages_ > kLongestWalPages;
}

void AttemptStore::restart_long_wal() {
    if (!is_wal_long()) return;
    sqlite3_busy_timeout(database_->getHandle(), kWaitForReadersMs);
    const int done = sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr,
                                               SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    sqlite3_busy_timeout(database_->getHandle(), busy_timeout_ms_);
    if (done == SQLITE_OK) wal_pages_ = 0;
}

void AttemptStore::checkpoint_every(int pages) {
    // Failing is harmless: the WAL keeps everything, and the next commit that is due tries again.
    if (is_checkpoint_due(pages))
        sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                  nullptr, nullptr);
    restart_long_wal();
}

void AttemptStore::set_busy_timeout(int milliseconds) {
    busy_timeout_ms_ = milliseconds;
    sqlite3_busy_timeout(database_->getHandle(), milliseconds);
}

void AttemptStore::checkpoint_and_truncate() {
    sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                              nullptr);
}

}  // namespace llmr::storage
