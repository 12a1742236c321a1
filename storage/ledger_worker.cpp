#include "storage/ledger_worker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/log.hpp"

namespace llmr::storage {
namespace {

constexpr std::size_t kBatchRows = 512;
/// A burst's buffers are given back when they held more than this.
constexpr std::size_t kKeptCapacity = 256;
constexpr std::chrono::milliseconds kRetryPause{20};
constexpr int kTriesAtClose = 5;

template <class T>
void clear_and_trim(std::vector<T>& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptCapacity) std::vector<T>().swap(buffer);
}

}  // namespace

LedgerWorker::LedgerWorker(std::unique_ptr<LedgerWriter> writer, const LedgerOptions& options)
    : path_(options.path), max_queued_bytes_(options.max_queued_bytes), writer_(std::move(writer)) {
    thread_ = std::thread([this] { run(); });
}

LedgerWorker::~LedgerWorker() {
    close();
}

void LedgerWorker::write(AttemptRow row, int lane, std::uint64_t token) {
    bool notify = false;
    const std::size_t bytes = footprint(row);
    {
        const std::lock_guard lock(mutex_);
        if (queued_bytes_.load(std::memory_order_relaxed) + bytes > max_queued_bytes_ || stop_) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            if (token != 0) refused_.push_back({lane, token});
        } else {
            queued_.fetch_add(1, std::memory_order_relaxed);
            queued_bytes_.fetch_add(bytes, std::memory_order_relaxed);
            incoming_.push_back({std::move(row), lane, token, steady_now()});
        }
        // A thread that is busy is not woken: no system call.
        notify = std::exchange(sleeping_, false);
    }
    if (notify) wake_.notify_one();
}

void LedgerWorker::report_damage() {
    {
        const std::lock_guard lock(mutex_);
        damage_reported_ = true;
    }
    wake_.notify_one();
}

bool LedgerWorker::close() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    return pending_.empty() && rows_dropped() == 0;
}

void LedgerWorker::run() {
    bool stopping = false;
    while (!stopping) {
        stopping = wait_for_work();
        admit_taken();
        store_pending();
        send_answers();
        if (!stopping) writer_->maintain();
    }
    finish();
}

bool LedgerWorker::wait_for_work() {
    std::unique_lock lock(mutex_);
    const auto ready = [this] {
        return stop_ || damage_reported_ || !incoming_.empty() || !refused_.empty();
    };
    if (!ready()) {
        sleeping_ = true;
        SteadyTime until = writer_->next_due();
        if (!pending_.empty()) until = std::min(until, steady_now() + kRetryPause);
        wake_.wait_until(lock, until, ready);
        sleeping_ = false;
    }
    taken_.swap(incoming_);
    taken_refused_.swap(refused_);
    if (std::exchange(damage_reported_, false)) writer_->reported_damaged();
    return stop_;
}

void LedgerWorker::admit_taken() {
    if (pending_.empty()) {
        pending_.swap(taken_);
    } else {
        std::move(taken_.begin(), taken_.end(), std::back_inserter(pending_));
    }
    clear_and_trim(taken_);
    for (const Awaited& awaited : taken_refused_)
        answer_later(awaited, /*ok=*/false);
    clear_and_trim(taken_refused_);
}

void LedgerWorker::store_pending() {
    std::size_t done = 0;
    while (done < pending_.size()) {
        const std::size_t count = std::min(kBatchRows, pending_.size() - done);
        const std::span<QueuedRow> batch(pending_.data() + done, count);
        const SteadyTime began = steady_now();
        if (!writer_->store(batch)) break;
        report_stored(batch, began);
        stored(batch);
        done += count;
    }
    if (done == pending_.size()) {
        clear_and_trim(pending_);
        return;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
    // Nobody waits for disks that are known to fail: the rows stay, the callers go on.
    answer(pending_, /*ok=*/false);
}

void LedgerWorker::report_stored(std::span<const QueuedRow> rows, SteadyTime began) {
    if (!on_stored_) return;
    const SteadyTime now = steady_now();
    lags_us_.clear();
    for (const QueuedRow& queued : rows)
        lags_us_.push_back(micros_between(queued.queued_at, now));
    on_stored_({lags_us_, micros_between(began, now)});
}

void LedgerWorker::stored(std::span<QueuedRow> rows) {
    std::size_t bytes = 0;
    for (const QueuedRow& queued : rows)
        bytes += footprint(queued.row);
    queued_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    queued_.fetch_sub(rows.size(), std::memory_order_relaxed);
    answer(rows, /*ok=*/true);
    send_answers();
}

void LedgerWorker::answer(std::span<QueuedRow> rows, bool ok) {
    for (QueuedRow& queued : rows)
        answer_later({queued.lane, std::exchange(queued.token, 0)}, ok);
}

void LedgerWorker::answer_later(Awaited awaited, bool ok) {
    if (awaited.token == 0) return;
    const auto lane = static_cast<std::size_t>(awaited.lane);
    if (lane >= answers_.size()) answers_.resize(lane + 1);
    answers_[lane].push_back({awaited.token, ok});
}

void LedgerWorker::send_answers() {
    for (std::size_t lane = 0; lane < answers_.size(); ++lane) {
        if (answers_[lane].empty()) continue;
        if (on_commit_) on_commit_(static_cast<int>(lane), answers_[lane]);
        answers_[lane].clear();
    }
}

void LedgerWorker::finish() {
    for (int tries = 1; tries < kTriesAtClose && !pending_.empty(); ++tries) {
        std::this_thread::sleep_for(kRetryPause);
        writer_->maintain();
        store_pending();
        send_answers();
    }
    writer_->close();
    store_pending();
    send_answers();
    if (!pending_.empty())
        log::error("ledger {}: {} rows could not be written", path_, pending_.size());
}

}  // namespace llmr::storage
