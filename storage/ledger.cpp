#include "storage/ledger.hpp"

#include <utility>

#include "storage/database_file.hpp"
#include "storage/ledger_worker.hpp"
#include "storage/open_store.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {

std::string_view to_string(LedgerState state) {
    switch (state) {
        case LedgerState::ok:
            return "ok";
        case LedgerState::spilling:
            return "spilling";
        case LedgerState::failing:
            return "failing";
    }
    return "?";
}

class Ledger::Impl {
public:
    Impl(LedgerLock lock, std::unique_ptr<LedgerWriter> writer, const LedgerOptions& options)
        : lock_(std::move(lock)),
          interrupted_(writer->recovered()),
          history_(writer->share_history(options.share_window)),
          worker_(std::move(writer), options) {}

    LedgerLock lock_;  // first in, last out: the worker writes until it is gone
    std::int64_t interrupted_;
    LedgerShareHistory history_;
    LedgerWorker worker_;
};

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options) try {
    if (const auto ready = prepare_database_file(options.path); !ready) return ready.error();
    auto lock = LedgerLock::acquire(options.path);
    if (!lock) return lock.error();
    auto store = open_store(options);
    if (!store) return store.error();
    auto writer = std::make_unique<LedgerWriter>(std::move(*store), options);
    auto impl = std::make_unique<Impl>(std::move(*lock), std::move(writer), options);
    return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
} catch (const std::exception& failure) {
    return ledger_error(options.path, failure.what());
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

void Ledger::on_commit(OnCommit callback) {
    impl_->worker_.on_commit(std::move(callback));
}

void Ledger::on_stored(OnStored callback) {
    impl_->worker_.on_stored(std::move(callback));
}

void Ledger::write(AttemptRow row, int lane, std::uint64_t token) {
    impl_->worker_.write(std::move(row), lane, token);
}

LedgerShareHistory Ledger::share_history() const {
    return impl_->history_;
}
std::int64_t Ledger::interrupted_at_open() const {
    return impl_->interrupted_;
}
std::size_t Ledger::queued() const {
    return impl_->worker_.queued();
}
LedgerState Ledger::state() const {
    return impl_->worker_.writer().state();
}
std::int64_t Ledger::spilled_waiting() const {
    return impl_->worker_.writer().spilled_waiting();
}
std::int64_t Ledger::spilled_total() const {
    return impl_->worker_.writer().spilled_total();
}
std::int64_t Ledger::failed_commits() const {
    return impl_->worker_.writer().failed_commits();
}
void Ledger::report_damage() {
    impl_->worker_.report_damage();
}
std::string Ledger::put_aside() const {
    return impl_->worker_.writer().put_aside();
}
std::int64_t Ledger::rows_dropped() const {
    return impl_->worker_.rows_dropped();
}
bool Ledger::close() {
    return impl_->worker_.close();
}

}  // namespace llmr::storage
