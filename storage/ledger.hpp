#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::storage {

struct LedgerOptions {
    std::string path;
    FsyncMode fsync = FsyncMode::normal;
    int share_window = 1000;    ///< decisions that `share_history` reads back
    int busy_timeout_ms = 500;  ///< how long a commit waits for another process's write lock
    std::size_t max_queued_rows = 200'000;  ///< kept while SQLite cannot be written
};

/// What the local share starts from.
struct LedgerShareHistory {
    std::int64_t total = 0;
    std::int64_t external = 0;
    std::int64_t last_seq = 0;
    std::vector<bool> recent_external;  ///< oldest first
};

/// The result of one awaited write.
struct Committed {
    std::uint64_t token = 0;
    bool ok = false;  ///< false: SQLite could not be written; the row is kept and tried again
};

/// The SQLite record of attempts. One storage thread owns the writing connection and commits what
/// has queued up as one IMMEDIATE transaction (group commit); rollups by hour are updated in the
/// same transaction. WAL; synchronous NORMAL survives kill -9, FULL also power loss.
/// Thread-safe: `write` may be called from any thread and never blocks on SQLite.
class Ledger {
public:
    /// Opens or creates (directory 0700, file 0600), migrates, and turns rows found open into
    /// `interrupted`. Errors: ledger_unavailable with the path and the reason (a database newer
    /// than the program, a network file system, no permission, not a database, in use by another
    /// daemon: `<path>.lock` is held while the ledger is open).
    static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);
    ~Ledger();

    /// Called on the storage thread, once per lane and commit, with the tokens that were awaited.
    using OnCommit = std::function<void(int lane, std::span<const Committed>)>;
    /// Set once, before the first write.
    void on_commit(OnCommit callback);

    /// Queues one row (status open opens, any other closes). With `token` != 0 the lane is told
    /// when it is committed. Rows queued by one thread are committed in that order. A closed row is
    /// never reopened; closing it again replaces it and counts once. Not after close().
    void write(AttemptRow row, int lane, std::uint64_t token);

    LedgerShareHistory share_history() const;  ///< as of open()
    std::int64_t interrupted_at_open() const;
    std::size_t queued() const;                ///< rows not yet committed
    std::int64_t failed_commits() const;
    /// Rows given up because `max_queued_rows` others were waiting for SQLite to work again.
    std::int64_t rows_dropped() const;

    /// Commits everything queued and stops the thread; a checkpoint follows. False if rows could
    /// not be written. The destructor does the same.
    bool close();

private:
    class Impl;
    explicit Ledger(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::storage
