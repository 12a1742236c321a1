#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "storage/ledger.hpp"
#include "storage/ledger_writer.hpp"

namespace llmr::storage {

/// The storage thread: takes what has queued up and commits it as one transaction (group commit).
/// What neither the database nor the spill file takes stays in order and is tried again; between
/// commits the thread does the writer's maintenance. `write` and the counters are thread-safe.
class LedgerWorker {
public:
    LedgerWorker(std::unique_ptr<LedgerWriter> writer, const LedgerOptions& options);
    ~LedgerWorker();

    void on_commit(Ledger::OnCommit callback) { on_commit_ = std::move(callback); }
    void on_stored(Ledger::OnStored callback) { on_stored_ = std::move(callback); }
    void write(AttemptRow row, int lane, std::uint64_t token);
    bool close();
    void report_damage();

    std::size_t queued() const { return queued_.load(std::memory_order_relaxed); }
    const LedgerWriter& writer() const { return *writer_; }
    std::int64_t rows_dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    struct Awaited {
        int lane;
        std::uint64_t token;
    };

    // All below but the mailbox belongs to the storage thread.
    void run();
    /// Takes the mailbox over; true if the ledger is being closed.
    bool wait_for_work();
    void admit_taken();
    void store_pending();
    void report_stored(std::span<const QueuedRow> rows, SteadyTime began);
    void stored(std::span<QueuedRow> rows);
    void answer(std::span<QueuedRow> rows, bool ok);
    void answer_later(Awaited awaited, bool ok);
    void send_answers();
    void finish();

    const std::string path_;
    const std::size_t max_queued_bytes_;
    std::unique_ptr<LedgerWriter> writer_;
    Ledger::OnCommit on_commit_;
    Ledger::OnStored on_stored_;

    // The mailbox: what producers touch, under mutex_.
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<QueuedRow> incoming_;
    std::vector<Awaited> refused_;  ///< awaited rows that were dropped
    bool sleeping_ = false;
    bool stop_ = false;
    bool damage_reported_ = false;

    std::vector<QueuedRow> taken_;
    std::vector<Awaited> taken_refused_;
    std::vector<QueuedRow> pending_;               ///< to be committed, oldest first
    std::vector<std::vector<Committed>> answers_;  ///< by lane
    std::vector<std::int64_t> lags_us_;            ///< of the batch that was stored last

    std::atomic<std::size_t> queued_{0};
    std::atomic<std::size_t> queued_bytes_{0};
    std::atomic<std::int64_t> dropped_{0};
    std::thread thread_;
};

}  // namespace llmr::storage
