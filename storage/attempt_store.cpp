#include "storage/attempt_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <sqlite3.h>

#include "storage/row_codec.hpp"

namespace llmr::storage {
namespace {

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

std::string select_sql() {
    return "SELECT " + column_list() + " FROM attempts WHERE request_id = ?1 AND attempt = ?2";
}

}  // namespace

AttemptStore::AttemptStore(std::unique_ptr<SQLite::Database> database)
    : database_(std::move(database)),
      rollups_(*database_),
      begin_(*database_, "BEGIN IMMEDIATE"),
      commit_(*database_, "COMMIT"),
      upsert_(*database_, upsert_sql()),
      select_(*database_, select_sql()),
      replace_(*database_, replace_sql()) {
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
    if (row.status == AttemptStatus::open) return;
    written ? store_.rollups_.count(row, 1) : store_.replace_closed(row);
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
    rollups_.count(old, -1);
    rollups_.count(updated, 1);
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

std::int64_t AttemptStore::recover() {
    std::deque<AttemptRow> rows;
    SQLite::Statement open(*database_,
                           "SELECT " + column_list() + " FROM attempts WHERE status = 'open'");
    while (open.executeStep()) rows.push_back(read_row(open));
    open.tryReset();
    if (rows.empty()) return 0;
    Batch batch(*this);
    for (AttemptRow& row : rows) {
        row = interrupted(std::move(row));
        batch.write(row);
    }
    batch.commit();
    return static_cast<std::int64_t>(rows.size());
}

LedgerShareHistory AttemptStore::share_history(int window) {
    const LedgerTotals& totals = rollups_.totals();
    LedgerShareHistory history{totals.decisions, totals.external, totals.last_seq, {}};
    SQLite::Statement recent(*database_,
                             "SELECT query_local FROM attempts WHERE is_final = 1 AND decision_seq "
                             "> 0 ORDER BY decision_seq DESC LIMIT ?1");
    recent.bind(1, window);
    while (recent.executeStep())
        history.recent_external.push_back(recent.getColumn(0).getInt() == 0);
    std::reverse(history.recent_external.begin(), history.recent_external.end());
    return history;
}

void AttemptStore::checkpoint_every(int pages) {
    if (wal_pages_ < checkpointed_pages_) checkpointed_pages_ = 0;  // the WAL began anew
    if (wal_pages_ - checkpointed_pages_ < pages) return;
    checkpointed_pages_ = wal_pages_;
    // Failing is harmless: the WAL keeps everything, and the next commit that is due tries again.
    sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
}

void AttemptStore::checkpoint_and_truncate() {
    sqlite3_wal_checkpoint_v2(database_->getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                              nullptr);
}

}  // namespace llmr::storage
