#include "storage/ledger.hpp"

#include <utility>

#include "storage/attempt_store.hpp"
#include "storage/database_file.hpp"
#include "storage/ledger_worker.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {

class Ledger::Impl {
public:
    Impl(LedgerLock lock, std::unique_ptr<AttemptStore> store, const LedgerOptions& options)
        : lock_(std::move(lock)),
          interrupted_(store->recover()),
          history_(store->share_history(options.share_window)),
          worker_(std::move(store), options) {}

    LedgerLock lock_;  // first in, last out: the worker writes until it is gone
    std::int64_t interrupted_;
    LedgerShareHistory history_;
    LedgerWorker worker_;
};

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options) try {
    if (const auto ready = prepare_database_file(options.path); !ready) return ready.error();
    auto lock = LedgerLock::acquire(options.path);
    if (!lock) return lock.error();
    auto database = open_writer(options.path, options.fsync, options.busy_timeout_ms);
    if (const auto ready = migrate(*database, options.path); !ready) return ready.error();
    auto store = std::make_unique<AttemptStore>(std::move(database));
    auto impl = std::make_unique<Impl>(std::move(*lock), std::move(store), options);
    return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
} catch (const std::exception& failure) {
    return ledger_error(options.path, failure.what());
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

void Ledger::on_commit(OnCommit callback) { impl_->worker_.on_commit(std::move(callback)); }

void Ledger::write(AttemptRow row, int lane, std::uint64_t token) {
    impl_->worker_.write(std::move(row), lane, token);
}

LedgerShareHistory Ledger::share_history() const { return impl_->history_; }
std::int64_t Ledger::interrupted_at_open() const { return impl_->interrupted_; }
std::size_t Ledger::queued() const { return impl_->worker_.queued(); }
std::int64_t Ledger::failed_commits() const { return impl_->worker_.failed_commits(); }
std::int64_t Ledger::rows_dropped() const { return impl_->worker_.rows_dropped(); }
bool Ledger::close() { return impl_->worker_.close(); }

}  // namespace llmr::storage
