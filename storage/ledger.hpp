#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::storage {

struct LedgerOptions {
    std::string path;
    FsyncMode fsync = FsyncMode::off;
    int share_window = 1000;    ///< decisions that `share_history` reads back
    int busy_timeout_ms = 500;  ///< how long a commit waits for another process's write lock
    /// What waits in memory for the storage thread: beyond this rows are given up. Rows pile up
    /// only while neither the database nor the spill file can be written; one takes about 1 KiB.
    std::size_t max_queued_bytes = 64 << 20;
    int retention_days = 0;      ///< rows older than this are deleted; 0: never
    std::int64_t max_bytes = 0;  ///< of the tables: the oldest rows beyond it are deleted; 0: off
    std::string vfs;             ///< SQLite's file layer by name (tests); empty: the system's
};

/// Where rows go at the moment.
enum class LedgerState : std::uint8_t {
    ok,        ///< into the database
    spilling,  ///< into `<path>.spill`, until the database can be written and has replayed it
    failing    ///< neither can be written: they wait in memory, and external calls are refused
};
std::string_view to_string(LedgerState state);

/// What the local share starts from.
struct LedgerShareHistory {
    std::int64_t total = 0;
    std::int64_t external = 0;
    std::int64_t last_seq = 0;
    struct Decision {
        bool external = false;
        QueryType type = QueryType::simple;
        int complexity = 0;
        double score = 0;
        std::int64_t tokens = 0;         ///< of its final attempt, input and output
        std::int64_t cost_pico = 0;      ///< of the same; of an unknown cost 0
        std::int64_t baseline_pico = 0;  ///< what the same tokens would have cost
    };
    std::vector<Decision> recent;  ///< oldest first
};

/// The result of one awaited write.
struct Committed {
    std::uint64_t token = 0;
    /// False: neither the database nor the spill file could be written; the row is kept in memory
    /// and tried again.
    bool ok = false;
};

/// What went to the database, or to the spill file, at once.
struct StoredBatch {
    std::span<const std::int64_t> lags_us;  ///< of each row: from write() to its being durable
    std::int64_t duration_us = 0;
};

/// The SQLite record of attempts. One storage thread owns the writing connection and commits what
/// has queued up as one IMMEDIATE transaction (group commit); rollups by hour are updated in the
/// same transaction. WAL; synchronous NORMAL survives kill -9, FULL also power loss. While SQLite
/// cannot be written, rows go to `<path>.spill`, which counts as committed; it is replayed, each
/// row once, when the database is back.
/// Thread-safe: `write` may be called from any thread and never blocks on SQLite.
class Ledger {
public:
    /// Opens or creates (directory 0700, file 0600), migrates, replays the spill file of an earlier
    /// run, and recovers: rows found open become `interrupted`, and a query whose next attempt was
    /// never recorded ends with the last one that was. A database that can be read and not written
    /// does not stop the start. Errors: ledger_unavailable with the path and the reason (a newer
    /// one than the program, a network file system, no permission, not a database, in use by
    /// another daemon: `<path>.lock` is held while the ledger is open).
    static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);
    ~Ledger();

    /// Called on the storage thread, once per lane and commit, with the tokens that were awaited.
    using OnCommit = std::function<void(int lane, std::span<const Committed>)>;
    /// Set once, before the first write.
    void on_commit(OnCommit callback);

    /// Called on the storage thread after each batch, before its lanes are told; for figures.
    using OnStored = std::function<void(const StoredBatch&)>;
    /// Set once, before the first write.
    void on_stored(OnStored callback);

    /// Queues one row (status open opens, any other closes). With `token` != 0 the lane is told
    /// when it is committed. Rows queued by one thread are committed in that order. A closed row is
    /// never reopened; closing it again replaces it and counts once. Not after close().
    void write(AttemptRow row, int lane, std::uint64_t token);

    LedgerShareHistory share_history() const;  ///< as of open()
    std::int64_t interrupted_at_open() const;
    LedgerState state() const;
    std::size_t queued() const;            ///< rows neither committed nor spilled yet
    std::int64_t spilled_waiting() const;  ///< rows of this run in the spill file
    std::int64_t spilled_total() const;    ///< rows that went to the spill file in this run
    std::int64_t failed_commits() const;
    /// A reader found the database damaged (LedgerReader::found_damage). The second such report, or
    /// one that a write confirms, puts the file aside. Thread-safe.
    void report_damage();
    /// Where a database that was found damaged was put in this run; empty: none was.
    std::string put_aside() const;
    /// Rows given up because `max_queued_bytes` of others were waiting for a disk.
    std::int64_t rows_dropped() const;

    /// Commits or spills everything queued and stops the thread; a checkpoint follows. False if
    /// rows could not be written anywhere. The destructor does the same.
    bool close();

private:
    class Impl;
    explicit Ledger(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::storage
