#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "storage/attempt_row.hpp"
#include "storage/ledger.hpp"
#include "storage/retention.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::storage {

/// Writes attempts and their rollups through one connection. Not thread-safe. All members throw
/// SQLite::Exception; a transaction that was not committed is rolled back by its destructor.
class AttemptStore {
public:
    /// Takes a connection with the newest schema.
    explicit AttemptStore(std::unique_ptr<SQLite::Database> database);

    /// An IMMEDIATE transaction with prepared statements; rows are counted when it commits.
    class Batch {
    public:
        explicit Batch(AttemptStore& store);
        ~Batch();
        Batch(const Batch&) = delete;
        Batch& operator=(const Batch&) = delete;

        /// Inserts, or replaces the row with the same key. A closed row is never reopened: an open
        /// row that comes after it is ignored. Each key counts once in the rollups, with the values
        /// last written. `row` must stay where it is until commit().
        void write(const AttemptRow& row);
        void write(AttemptRow&& row) = delete;
        /// Notes that the spill file `file` is in the tables up to `position` with this commit.
        void replayed(std::int64_t file, std::int64_t position);
        void commit();

    private:
        AttemptStore& store_;
        bool done_ = false;
    };

    /// Turns rows found open into `interrupted`, and makes the last attempt of a query final whose
    /// next one was never recorded. Both are found by an index. Returns how many there were.
    std::int64_t recover();

    /// How far the spill file `file` is in the tables; 0 if it is not.
    std::int64_t replayed_upto(std::int64_t file);

    /// Deletes a few milliseconds' worth of old rows; false if there is nothing (more) to delete.
    bool retire(const RetentionLimits& limits);
    const LedgerTotals& totals() const { return rollups_.totals(); }
    std::int64_t last_seq() const { return rollups_.totals().last_seq; }

    /// Totals, and the last `window` final decisions.
    LedgerShareHistory share_history(int window);

    /// True once the WAL has grown by `pages` since the last time this was true.
    bool is_checkpoint_due(int pages);
    bool is_wal_long() const;
    bool is_wal_too_long() const;  ///< so long that commits had better wait for it
    /// Where readers or constant writing have kept the WAL from beginning anew until it is long:
    /// copies what is left, waiting a few milliseconds for them.
    void restart_long_wal();
    /// Both, with the copying in this thread.
    void checkpoint_every(int pages);
    /// Empties the WAL.
    void checkpoint_and_truncate();
    void set_busy_timeout(int milliseconds);

    SQLite::Database& database() { return *database_; }

private:
    void replace_closed(const AttemptRow& row);
    void note_next_attempt(const AttemptRow& row);
    AttemptRow interrupted(AttemptRow row);
    std::deque<AttemptRow> select_rows(const char* where);

    std::unique_ptr<SQLite::Database> database_;
    RollupWriter rollups_;
    SQLite::Statement begin_;
    SQLite::Statement commit_;
    SQLite::Statement upsert_;
    SQLite::Statement select_;
    SQLite::Statement replace_;
    SQLite::Statement followed_;
    SQLite::Statement awaiting_;
    SQLite::Statement set_replayed_;
    Retention retention_;
    std::deque<AttemptRow> replaced_;  ///< what the rollups point into until the commit
    int busy_timeout_ms_ = 0;
    int wal_pages_ = 0;
    int checkpointed_pages_ = 0;
};

}  // namespace llmr::storage
