#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "storage/attempt_row.hpp"
#include "storage/ledger.hpp"
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
        void commit();

    private:
        AttemptStore& store_;
        bool done_ = false;
    };

    /// Turns rows found open into `interrupted` and returns how many there were.
    std::int64_t recover();

    /// Totals, and the last `window` final decisions.
    LedgerShareHistory share_history(int window);

    /// Copies the WAL into the database once it has grown by `pages` since the last time. Waits for
    /// no reader.
    void checkpoint_every(int pages);
    /// Empties the WAL.
    void checkpoint_and_truncate();

private:
    void replace_closed(const AttemptRow& row);
    AttemptRow interrupted(AttemptRow row);

    std::unique_ptr<SQLite::Database> database_;
    RollupWriter rollups_;
    SQLite::Statement begin_;
    SQLite::Statement commit_;
    SQLite::Statement upsert_;
    SQLite::Statement select_;
    SQLite::Statement replace_;
    std::deque<AttemptRow> replaced_;  ///< what the rollups point into until the commit
    int wal_pages_ = 0;
    int checkpointed_pages_ = 0;
};

}  // namespace llmr::storage
