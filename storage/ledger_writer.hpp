#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "core/clock.hpp"
#include "storage/attempt_store.hpp"
#include "storage/checkpointer.hpp"
#include "storage/database_copy.hpp"
#include "storage/database_file.hpp"
#include "storage/ledger.hpp"
#include "storage/queued_row.hpp"
#include "storage/spill_file.hpp"

namespace llmr::storage {

/// Puts rows where they survive: into the database, and while that fails into the spill file, which
/// is replayed, in order and before anything newer, once the database is back. Belongs to one
/// thread at a time; the counters are thread-safe. Never throws after construction.
class LedgerWriter {
public:
    /// Takes an open store, replays what an earlier run has left in the spill file, and recovers
    /// what a crash left unfinished. A database that cannot be written now does both later.
    LedgerWriter(std::unique_ptr<AttemptStore> store, const LedgerOptions& options);

    /// False: neither place takes the rows; they stay the caller's to try again.
    bool store(std::span<const QueuedRow> rows);

    /// Somebody who reads the file has found it damaged: the writer may go on for long without a
    /// look at that page.
    void reported_damaged();

    /// When maintain() wants to be called next.
    SteadyTime next_due() const;
    /// One small step of what is due: heal and replay, delete old rows, checkpoint.
    void maintain();
    /// Replays what can be replayed within a few seconds, and empties the WAL.
    void close();

    LedgerShareHistory share_history(int window);

    std::int64_t recovered() const { return recovered_rows_; }  ///< as of construction
    LedgerState state() const { return state_.load(std::memory_order_relaxed); }
    std::int64_t failed_commits() const { return failed_commits_.load(std::memory_order_relaxed); }
    std::int64_t spilled_waiting() const { return waiting_.load(std::memory_order_relaxed); }
    /// Where a damaged database was last put in this run; empty: none was. Thread-safe.
    std::string put_aside() const;
    std::int64_t spilled_total() const { return spilled_.load(std::memory_order_relaxed); }

private:
    void commit(std::span<const QueuedRow> rows);
    bool spill(std::span<const QueuedRow> rows);
    void check_file();
    void adopt_spill();
    void heal();
    void replay_slice();
    void recover_once();
    void reconnect();
    std::unique_ptr<AttemptStore> connect();
    void begin_anew();
    void carry_share();
    void remember_share();
    void rebuild_step();
    void healed();
    void failed(const std::exception& failure, int code);
    void retire();
    template <class Work>
    bool guarded(Work work);

    const LedgerOptions options_;
    std::unique_ptr<AttemptStore> store_;  ///< null: could not be opened again yet
    FileIdentity identity_;                ///< of the file that store_ holds
    std::unique_ptr<DatabaseCopy> rebuild_;
    SpillFile spill_;
    Checkpointer checkpointer_;
    bool in_trouble_ = false;  ///< rows go to the spill file
    bool reconnect_ = false;   ///< the connection is not to be trusted
    bool corrupt_ = false;     ///< nothing is to be copied from it
    int damage_reports_ = 0;   ///< connections to this file that found it damaged
    /// As of the beginning of the trouble: what a new database in place of a damaged one starts
    /// from, and from where on the spill file is for it.
    LedgerTotals share_before_;
    std::int64_t spill_before_ = 0;
    bool carry_share_ = false;   ///< the next database to be opened is a new one
    bool adopted_ = false;       ///< what an earlier run has left in the spill file is known
    bool recovered_ = false;     ///< recover() has run
    std::int64_t own_from_ = 0;  ///< where this run's rows begin in the spill file
    std::int64_t recovered_rows_ = 0;
    std::int64_t replayed_rows_ = 0;
    std::chrono::milliseconds retry_pause_{0};
    SteadyTime retry_at_{};
    SteadyTime retire_at_{};

    mutable std::mutex put_aside_mutex_;
    std::string put_aside_;
    std::atomic<LedgerState> state_{LedgerState::ok};
    std::atomic<std::int64_t> failed_commits_{0};
    std::atomic<std::int64_t> waiting_{0};
    std::atomic<std::int64_t> spilled_{0};
};

}  // namespace llmr::storage
