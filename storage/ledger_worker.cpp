#include "storage/ledger_worker.hpp"

#include <algorithm>
#include <utility>

#include "core/log.hpp"

namespace llmr::storage {
namespace {

constexpr std::size_t kBatchRows = 512;
/// A burst's buffers are given back when they held more than this.
constexpr std::size_t kKeptCapacity = 256;
constexpr int kCheckpointPages = 1000;
constexpr std::chrono::milliseconds kFirstRetryPause{10};
constexpr std::chrono::milliseconds kLongestRetryPause{1000};
constexpr int kTriesAtClose = 5;

template <class T>
void clear_and_trim(std::vector<T>& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptCapacity) std::vector<T>().swap(buffer);
}

}  // namespace

LedgerWorker::LedgerWorker(std::unique_ptr<AttemptStore> store, const LedgerOptions& options)
    : path_(options.path), defer_(options.defer_ms),
      max_queued_(options.max_queued_rows), store_(std::move(store)) {
    thread_ = std::thread([this] { run(); });
}

LedgerWorker::~LedgerWorker() { close(); }

void LedgerWorker::write(AttemptRow row, Ledger::Urgency urgency, int lane, std::uint64_t token) {
    const bool deferrable =
        urgency == Ledger::Urgency::deferrable && row.status == AttemptStatus::open;
    QueuedRow queued{std::move(row), urgency, lane, token, {}};
    if (deferrable) queued.due = steady_now() + defer_;
    bool notify = false;
    {
        const std::lock_guard lock(mutex_);
        if (queued_.load(std::memory_order_relaxed) >= max_queued_ || stop_) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            if (token != 0) refused_.push_back({lane, token});
        } else {
            queued_.fetch_add(1, std::memory_order_relaxed);
            incoming_.push_back(std::move(queued));
        }
        // A thread that is busy, or about to wake anyway, is not woken: no system call.
        if (!work_ && (!deferrable || incoming_.back().due < wake_by_)) {
            work_ = true;
            notify = std::exchange(sleeping_, false);
        }
    }
    if (notify) wake_.notify_one();
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
        const SteadyTime now = steady_now();
        admit_taken();
        if (stopping) deferred_.move_all(pending_);
        deferred_.move_due(now, pending_);
        if (retry_pause_.count() == 0 || now >= retry_at_) commit_pending();
        send_answers();
    }
    finish();
}

SteadyTime LedgerWorker::wake_time() {
    SteadyTime when = SteadyTime::max();
    // Where deferrable rows come steadily, this thread looks after them by the clock. Each of them
    // would have to wake it otherwise, to set the time at which it is due.
    if (std::exchange(saw_deferrable_, false)) when = steady_now() + defer_;
    if (!deferred_.empty()) when = std::min(when, deferred_.next_due());
    if (!pending_.empty()) when = std::min(when, retry_at_);
    return when;
}

bool LedgerWorker::wait_for_work() {
    std::unique_lock lock(mutex_);
    wake_by_ = wake_time();
    // Deferrable rows that came while this thread was busy are not in wake_time() yet.
    if (!incoming_.empty()) work_ = true;
    const auto ready = [this] { return work_ || stop_; };
    sleeping_ = true;
    if (wake_by_ == SteadyTime::max())
        wake_.wait(lock, ready);
    else
        wake_.wait_until(lock, wake_by_, ready);
    sleeping_ = false;
    work_ = false;
    taken_.swap(incoming_);
    taken_refused_.swap(refused_);
    return stop_;
}

void LedgerWorker::admit_taken() {
    for (QueuedRow& queued : taken_) admit(queued);
    clear_and_trim(taken_);
    for (const Awaited& awaited : taken_refused_) answer_later(awaited, /*ok=*/false);
    clear_and_trim(taken_refused_);
}

void LedgerWorker::admit(QueuedRow& queued) {
    if (!deferred_.empty()) {
        if (auto open = deferred_.take(queued.row)) {
            // An awaited open row is written all the same: its answer says that it was.
            if (open->token != 0)
                pending_.push_back(std::move(*open));
            else
                queued_.fetch_sub(1, std::memory_order_relaxed);
        }
    }
    // Nobody waits for a disk that is known to fail: the row stays, the caller goes on.
    if (retry_pause_.count() > 0) answer({&queued, 1}, /*ok=*/false);
    if (queued.due != SteadyTime{}) {
        saw_deferrable_ = true;
        deferred_.hold(std::move(queued));
        return;
    }
    pending_.push_back(std::move(queued));
}

void LedgerWorker::commit_pending() {
    std::size_t done = 0;
    while (done < pending_.size()) {
        const std::size_t count = std::min(kBatchRows, pending_.size() - done);
        if (!commit_batch({pending_.data() + done, count})) break;
        done += count;
    }
    if (done == pending_.size())
        clear_and_trim(pending_);
    else
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
}

bool LedgerWorker::commit_batch(std::span<QueuedRow> rows) {
    try {
        AttemptStore::Batch batch(*store_);
        for (const QueuedRow& queued : rows) batch.write(queued.row);
        batch.commit();
    } catch (const std::exception& failure) {
        commit_failed(rows, failure.what());
        return false;
    }
    if (retry_pause_.count() > 0) log::info("ledger {}: writing again", path_);
    retry_pause_ = {};
    queued_.fetch_sub(rows.size(), std::memory_order_relaxed);
    answer(rows, /*ok=*/true);
    send_answers();
    // After the answers: nobody waits for this copy but rows that come meanwhile.
    store_->checkpoint_every(kCheckpointPages);
    return true;
}

void LedgerWorker::commit_failed(std::span<QueuedRow> rows, const char* reason) {
    failed_commits_.fetch_add(1, std::memory_order_relaxed);
    if (retry_pause_.count() == 0)
        log::error("ledger {}: {}; rows are kept in memory and tried again", path_, reason);
    retry_pause_ = std::clamp(retry_pause_ * 2, kFirstRetryPause, kLongestRetryPause);
    retry_at_ = steady_now() + retry_pause_;
    answer(rows, /*ok=*/false);
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
        std::this_thread::sleep_until(retry_at_);
        commit_pending();
    }
    if (!pending_.empty())
        log::error("ledger {}: {} rows could not be written", path_, pending_.size());
    store_->checkpoint_and_truncate();
}

}  // namespace llmr::storage
