#include "storage/ledger_writer.hpp"

#include <algorithm>
#include <sqlite3.h>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/log.hpp"
#include "storage/corrupt_database.hpp"
#include "storage/open_store.hpp"

namespace llmr::storage {
namespace {

constexpr int kCheckpointPages = 1000;
constexpr int kCatchUpPages = 200;
constexpr std::chrono::milliseconds kCheckpointPoll{2};
/// While SQLite fails, the thread must not wait long for a lock: it serves the spill file.
constexpr int kBusyTimeoutInTrouble = 10;
constexpr std::chrono::milliseconds kFirstRetryPause{10};
constexpr std::chrono::milliseconds kLongestRetryPause{1000};
constexpr int kTriesAtClose = 5;
constexpr std::chrono::seconds kReplayAtClose{5};
/// How often old rows are looked for, and how much of the thread's time deleting them may take.
constexpr std::chrono::seconds kAgePause{30};
constexpr std::chrono::seconds kSizePause{1};
constexpr int kRetentionShare = 4;

bool keeps_connection(int code) {
    return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;
}

/// The database file is not the one that was opened.
struct FileChanged : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace

std::size_t footprint(const AttemptRow& row) {
    return sizeof(QueuedRow) + row.request_id.size() + row.upstream.size() + row.model.size() +
           row.model_asked.size() + row.model_served.size() + row.reason.size() +
           row.key_id.size() + row.session.size() + row.service_tier.size() + row.price_id.size() +
           row.baseline_id.size() + row.finish_reason.size() + row.error_code.size();
}

LedgerWriter::LedgerWriter(std::unique_ptr<AttemptStore> store, const LedgerOptions& options)
    : options_(options),
      store_(std::move(store)),
      identity_(identify(options.path)),
      spill_(options.path + ".spill", options.vfs, options.fsync == FsyncMode::full),
      checkpointer_(options.path, options.vfs) {
    store_->set_busy_timeout(options_.busy_timeout_ms);
    try {
        adopt_spill();
    } catch (const std::exception& failure) {
        log::error("ledger {}: {}; rows of the last run may wait in it", options_.path,
                   failure.what());
    }
    while (in_trouble_ && retry_pause_.count() == 0)
        heal();
    if (!in_trouble_) guarded([this] { recover_once(); });
}

/// Runs `work`; a failure begins the trouble or prolongs it.
template <class Work>
bool LedgerWriter::guarded(Work work) {
    try {
        work();
        return true;
    } catch (const SQLite::Exception& failure) {
        failed(failure, failure.getErrorCode() & 0xff);
    } catch (const FileChanged& failure) {
        failed(failure, SQLITE_CANTOPEN);
    } catch (const std::exception& failure) {
        failed(failure, SQLITE_ERROR);
    }
    return false;
}

/// Until this has worked once nothing may be appended: it could go over rows of the last run.
void LedgerWriter::adopt_spill() {
    if (adopted_) return;
    const bool has_rows = spill_.adopt();
    adopted_ = true;
    if (!has_rows) return;
    if (store_) spill_.skip_to(store_->replayed_upto(spill_.id()));
    own_from_ = spill_.size();
    remember_share();
    in_trouble_ = true;
    log::warn("ledger {}: rows of the last run wait in {}.spill; replaying", options_.path,
              options_.path);
}

bool LedgerWriter::store(std::span<const QueuedRow> rows) {
    if (!in_trouble_ && guarded([&] { commit(rows); })) {
        state_ = LedgerState::ok;  // what nobody took has found its place
        return true;
    }
    return spill(rows);
}

/// A file that was deleted or replaced takes writes without a word; they would be gone.
void LedgerWriter::check_file() {
    if (identify(options_.path) == identity_) return;
    throw FileChanged("the file was removed or replaced");
}

void LedgerWriter::commit(std::span<const QueuedRow> rows) {
    check_file();
    AttemptStore::Batch batch(*store_);
    for (const QueuedRow& queued : rows)
        batch.write(queued.row);
    batch.commit();
}

bool LedgerWriter::spill(std::span<const QueuedRow> rows) try {
    adopt_spill();
    std::vector<const AttemptRow*> pointers;
    pointers.reserve(rows.size());
    for (const QueuedRow& queued : rows)
        pointers.push_back(&queued.row);
    spill_.append(pointers);
    const auto count = static_cast<std::int64_t>(rows.size());
    waiting_.fetch_add(count, std::memory_order_relaxed);
    spilled_.fetch_add(count, std::memory_order_relaxed);
    if (state_.exchange(LedgerState::spilling) == LedgerState::failing)
        log::info("ledger {}: the spill file takes rows again", options_.path);
    return true;
} catch (const std::exception& failure) {
    if (state_.exchange(LedgerState::failing) != LedgerState::failing)
        log::error("ledger {}: {}; rows are kept in memory, external calls stop", options_.path,
                   failure.what());
    return false;
}

void LedgerWriter::failed(const std::exception& failure, int code) {
    failed_commits_.fetch_add(1, std::memory_order_relaxed);
    if (retry_pause_.count() == 0)
        log::error("ledger {}: {}; rows go to {}.spill until it can be written", options_.path,
                   failure.what(), options_.path);
    if (!keeps_connection(code)) reconnect_ = true;
    if (means_damage(code)) {
        corrupt_ = true;
        ++damage_reports_;
    }
    rebuild_.reset();
    if (!in_trouble_) remember_share();
    in_trouble_ = true;
    if (state_.load() == LedgerState::ok) state_ = LedgerState::spilling;
    if (store_) store_->set_busy_timeout(kBusyTimeoutInTrouble);
    retry_pause_ = std::clamp(retry_pause_ * 2, kFirstRetryPause, kLongestRetryPause);
    retry_at_ = steady_now() + retry_pause_;
}

SteadyTime LedgerWriter::next_due() const {
    if (in_trouble_) return retry_at_;
    if (!checkpointer_.busy() && !store_->is_wal_long()) return retire_at_;
    return std::max(retire_at_, steady_now() + kCheckpointPoll);
}

void LedgerWriter::maintain() {
    if (in_trouble_) {
        if (steady_now() >= retry_at_) heal();
        return;
    }
    // On a slow disk commits are faster than the copying; they wait for it before the WAL has no
    // end.
    if (store_->is_wal_too_long()) {
        checkpointer_.wait_idle();
        store_->restart_long_wal();
        return;
    }
    if (checkpointer_.busy()) return;
    // Of a long WAL only a little may be left for this thread to copy: rows wait meanwhile.
    const bool long_wal = store_->is_wal_long();
    if (store_->is_checkpoint_due(long_wal ? kCatchUpPages : kCheckpointPages))
        checkpointer_.start();
    else if (long_wal)
        store_->restart_long_wal();
    // Deleting changes pages faster than they are copied; it waits for the copying.
    else if (steady_now() >= retire_at_)
        retire();
}

/// One step towards a database that is written again. What succeeds is followed by the next step
/// at once, with new rows in between.
void LedgerWriter::heal() {
    const bool ok = guarded([this] {
        if (rebuild_) return rebuild_step();
        if (reconnect_ || identify(options_.path) != identity_) return reconnect();
        replay_slice();
    });
    if (ok) retry_at_ = steady_now();
}

void LedgerWriter::reported_damaged() {
    if (in_trouble_) return;  // it looks at the file already
    failed(std::runtime_error("a reader found the file damaged"), SQLITE_CORRUPT);
}

void LedgerWriter::remember_share() {
    if (store_) share_before_ = store_->totals();
    spill_before_ = spill_.position();
}

/// Connects again: to the same file, to the one that has taken its place, to one rebuilt from the
/// connection that still holds the deleted one, or to a new one in place of one that two
/// connections have found damaged. One alone may have been misled, by pages it held in memory of a
/// file that was written over.
void LedgerWriter::reconnect() {
    checkpointer_.wait_idle();  // else it could open one file with the WAL of another
    const FileIdentity now = identify(options_.path);
    if (!now.exists() && store_ && !corrupt_) {
        log::warn("ledger {}: the file is gone; bringing it back from the open connection",
                  options_.path);
        rebuild_ = std::make_unique<DatabaseCopy>(store_->database(), options_.path, options_.vfs);
        return;
    }
    if (now.exists() && now == identity_ && damage_reports_ > 1) {
        begin_anew();
    } else if (now.exists() && now != identity_) {
        log::warn("ledger {}: another file has taken its place; going on with that", options_.path);
        damage_reports_ = 0;
    } else if (!now.exists() && !carry_share_) {
        log::error("ledger {}: the file is gone and could not be brought back; beginning a new one",
                   options_.path);
        carry_share_ = true;
        spill_.rewind_to(spill_before_);
    }
    store_.reset();
    store_ = connect();
    if (carry_share_) carry_share();
    identity_ = identify(options_.path);
    reconnect_ = corrupt_ = false;
}

/// Into a new database; one that somebody has put there meanwhile keeps its own counts.
void LedgerWriter::carry_share() {
    store_->database().exec(fmt::format(
        "UPDATE totals SET decisions = {}, external = {}, last_seq = {} WHERE last_seq = 0",
        share_before_.decisions, share_before_.external, share_before_.last_seq));
    store_.reset();  // it has read the totals already
    store_ = connect();
    carry_share_ = false;
}

std::unique_ptr<AttemptStore> LedgerWriter::connect() {
    LedgerOptions patient = options_;
    patient.busy_timeout_ms = kBusyTimeoutInTrouble;
    auto opened = open_store(patient);
    if (!opened) {
        if (corrupt_ && looks_damaged(options_.path, options_.vfs)) ++damage_reports_;
        throw std::runtime_error(opened.error().message);
    }
    (*opened)->set_busy_timeout(kBusyTimeoutInTrouble);
    return std::move(*opened);
}

/// Nothing is taken over from the damaged file but the counts of the local share, which are in
/// memory; what the spill file has held since the trouble began goes to the new one.
void LedgerWriter::begin_anew() {
    store_.reset();
    const std::string aside = storage::put_aside(options_.path, utc_ms());
    log::error("ledger {}: the file is damaged; it was put aside as {}, a new one begins",
               options_.path, aside);
    {
        const std::lock_guard lock(put_aside_mutex_);
        put_aside_ = aside;
    }
    damage_reports_ = 0;
    carry_share_ = true;
    identity_ = {};
    spill_.rewind_to(spill_before_);
}

std::string LedgerWriter::put_aside() const {
    const std::lock_guard lock(put_aside_mutex_);
    return put_aside_;
}

void LedgerWriter::rebuild_step() {
    if (!rebuild_->step()) return;
    checkpointer_.wait_idle();
    rebuild_.reset();
    store_.reset();
    DatabaseCopy::put_in_place(options_.path);
    identity_ = identify(options_.path);
    reconnect_ = true;
}

void LedgerWriter::replay_slice() {
    check_file();
    // The rows before this run come first, then what a crash left, then this run's own.
    const std::int64_t limit = recovered_ ? spill_.size() : own_from_;
    const SpillFile::Slice slice = spill_.read(limit);
    AttemptStore::Batch batch(*store_);
    for (const AttemptRow& row : slice.rows)
        batch.write(row);
    batch.replayed(spill_.id(), slice.upto);  // with no rows, too: only a write shows that it works
    batch.commit();
    retry_pause_ = std::chrono::milliseconds(0);
    spill_.skip_to(slice.upto);
    const auto count = static_cast<std::int64_t>(slice.rows.size());
    replayed_rows_ += count;
    waiting_ = std::max<std::int64_t>(0, waiting_ - count);
    store_->checkpoint_every(kCheckpointPages);
    if (!recovered_ && slice.upto >= own_from_) recover_once();
    if (spill_.drained()) healed();
}

void LedgerWriter::recover_once() {
    if (recovered_) return;
    recovered_rows_ = store_->recover();
    recovered_ = true;
}

void LedgerWriter::healed() {
    // With synchronous = NORMAL the last commits are synced here, before the file with their only
    // other copy goes.
    if (spill_.size() > 0) {
        checkpointer_.wait_idle();
        store_->checkpoint_and_truncate();
        spill_.clear();
    }
    own_from_ = 0;
    waiting_ = 0;
    in_trouble_ = false;
    retry_pause_ = std::chrono::milliseconds(0);
    // While the caller holds rows that nobody took, it is not over: store() says when it is.
    if (state_ != LedgerState::failing) state_ = LedgerState::ok;
    store_->set_busy_timeout(options_.busy_timeout_ms);
    log::info("ledger {}: writing again; {} rows came from the spill file", options_.path,
              std::exchange(replayed_rows_, 0));
}

void LedgerWriter::retire() {
    RetentionLimits limits;
    if (options_.retention_days > 0)
        limits.older_than_ms = utc_ms() - options_.retention_days * kDayMs;
    limits.max_bytes = options_.max_bytes;
    limits.keep_from_seq = store_->last_seq() - options_.share_window + 1;
    const SteadyTime start = steady_now();
    bool more = false;
    if (limits.any()) guarded([&] { more = store_->retire(limits); });
    const SteadyTime::duration pause =
        more ? (steady_now() - start) * (kRetentionShare - 1)
             : SteadyTime::duration(limits.max_bytes > 0 ? kSizePause : kAgePause);
    retire_at_ = steady_now() + pause;
}

LedgerShareHistory LedgerWriter::share_history(int window) {
    LedgerShareHistory history;
    if (store_) guarded([&] { history = store_->share_history(window); });
    return history;
}

void LedgerWriter::close() {
    const SteadyTime end = steady_now() + kReplayAtClose;
    for (int tries = 0; in_trouble_ && tries < kTriesAtClose && steady_now() < end;) {
        const std::int64_t failures = failed_commits_;
        heal();
        tries += failed_commits_ > failures ? 1 : 0;
    }
    if (in_trouble_)
        log::error("ledger {}: {} rows stay in {}.spill; the next start replays them",
                   options_.path, spilled_waiting(), options_.path);
    checkpointer_.wait_idle();
    if (store_) store_->checkpoint_and_truncate();
}

}  // namespace llmr::storage
