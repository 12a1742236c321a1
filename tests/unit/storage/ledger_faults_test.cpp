// The ledger under load while its files fail.
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "../../support/fault_vfs.hpp"
#include "core/clock.hpp"
#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;
using llmr::testing::Fault;
using llmr::testing::FaultVfs;

namespace {

constexpr int kLanes = 4;

/// A ledger through a failing VFS, with four threads that write one awaited row after the other.
class LoadedLedger {
public:
    LoadedLedger(const std::string& path, FaultVfs& vfs) {
        LedgerOptions options;
        options.path = path;
        options.busy_timeout_ms = 20;
        options.vfs = vfs.name();
        ledger_ = Ledger::open(options).value();
        ledger_->on_commit([this](int lane, std::span<const Committed> done) {
            for (const Committed& one : done)
                (one.ok ? kept_ : refused_)[lane] += 1;
            answered_[lane] = done.back().token;
            answered_[lane].notify_all();
        });
        for (int lane = 0; lane < kLanes; ++lane)
            threads_.emplace_back([this, lane] { run(lane); });
    }

    /// Blocks until each lane had `more` answers.
    void wait_for_more(std::uint64_t more) {
        for (int lane = 0; lane < kLanes; ++lane) {
            wait_for_token(lane, answered_[lane] + more);
        }
    }
    void wait_for(LedgerState state) {
        const SteadyTime end = steady_now() + std::chrono::seconds(20);
        while (ledger_->state() != state && steady_now() < end)
            std::this_thread::yield();
        REQUIRE(ledger_->state() == state);
    }
    std::int64_t stop() {
        stop_ = true;
        for (std::thread& thread : threads_)
            thread.join();
        threads_.clear();
        closed_ = ledger_->close();
        return written_;
    }
    Ledger& ledger() { return *ledger_; }
    bool closed() const { return closed_; }
    std::int64_t kept() const { return sum(kept_); }
    std::int64_t refused() const { return sum(refused_); }

private:
    void run(int lane) {
        for (std::uint64_t token = 1; !stop_; ++token) {
            const std::string id = fmt::format("lane{}-{:06}", lane, token);
            ledger_->write(open_row(id), lane, 0);
            ledger_->write(closed_row(id), lane, token);
            ++written_;
            wait_for_token(lane, token);
        }
    }
    void wait_for_token(int lane, std::uint64_t token) {
        for (std::uint64_t seen = answered_[lane]; seen < token; seen = answered_[lane])
            answered_[lane].wait(seen);
    }
    static std::int64_t sum(const std::array<std::atomic<std::int64_t>, kLanes>& counts) {
        std::int64_t all = 0;
        for (const auto& count : counts)
            all += count;
        return all;
    }

    std::unique_ptr<Ledger> ledger_;
    std::array<std::atomic<std::uint64_t>, kLanes> answered_{};
    std::array<std::atomic<std::int64_t>, kLanes> kept_{};
    std::array<std::atomic<std::int64_t>, kLanes> refused_{};
    std::atomic<std::int64_t> written_{0};
    std::atomic<bool> stop_{false};
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

void check_exact(const std::string& path, std::int64_t written) {
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'ok'") == written);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status <> 'ok'") == 0);
    CHECK(LedgerReader(path).stats(0).value().total.queries == written);
    SQLite::Database database(path);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}

}  // namespace

TEST_CASE("full, failing, busy, read-only: every row is acknowledged, and there after healing") {
    for (const Fault fault : {Fault::full, Fault::io_error, Fault::busy, Fault::read_only}) {
        for (const std::uint32_t sparse : {0U, 7U}) {
            CAPTURE(static_cast<int>(fault));
            CAPTURE(sparse);
            const TempDir dir;
            FaultVfs vfs("faults");
            LoadedLedger load(dir.file("a.db"), vfs);
            load.wait_for_more(20);
            vfs.set_sparse(sparse);
            for (int round = 0; round < 2; ++round) {
                vfs.set(fault);
                load.wait_for_more(50);
                vfs.set(Fault::none);
                load.wait_for(LedgerState::ok);
                load.wait_for_more(10);
            }
            const std::int64_t written = load.stop();
            CHECK(load.closed());
            CHECK(load.refused() == 0);
            CHECK(load.kept() == written);
            if (sparse == 0) CHECK(load.ledger().spilled_total() > 0);
            check_exact(dir.file("a.db"), written);
            CHECK_FALSE(std::filesystem::exists(dir.file("a.db.spill")));
        }
    }
}

TEST_CASE("the spill file fails, too: callers are told, and no row is missing after healing") {
    const TempDir dir;
    FaultVfs vfs("faults");
    LoadedLedger load(dir.file("a.db"), vfs);
    load.wait_for_more(20);
    vfs.set(Fault::full, Fault::full);
    load.wait_for(LedgerState::failing);
    load.wait_for_more(50);
    vfs.set(Fault::full, Fault::none);
    load.wait_for(LedgerState::spilling);
    load.wait_for_more(50);
    vfs.set(Fault::full, Fault::io_error);
    load.wait_for(LedgerState::failing);
    vfs.set(Fault::none);
    load.wait_for(LedgerState::ok);
    const std::int64_t written = load.stop();
    CHECK(load.closed());
    CHECK(load.refused() > 0);
    CHECK(load.ledger().rows_dropped() == 0);
    check_exact(dir.file("a.db"), written);
}

TEST_CASE("the database file is deleted under load: it comes back with every row") {
    const TempDir dir;
    FaultVfs vfs("faults");
    LoadedLedger load(dir.file("a.db"), vfs);
    for (int round = 0; round < 3; ++round) {
        load.wait_for_more(100);
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(dir.file("a.db") + suffix);
        while (load.ledger().state() == LedgerState::ok &&
               !std::filesystem::exists(dir.file("a.db")))
            std::this_thread::yield();
        load.wait_for(LedgerState::ok);
    }
    const std::int64_t written = load.stop();
    CHECK(load.closed());
    CHECK(load.refused() == 0);
    check_exact(dir.file("a.db"), written);
}

TEST_CASE("a start on a database that cannot be written serves, and recovers when it can") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    {
        const auto before = open_ledger(path);
        before->write(open_row("open-then"), 0, 0);
        REQUIRE(before->close());
    }
    FaultVfs vfs("faults");
    vfs.set(Fault::full);
    LoadedLedger load(path, vfs);
    load.wait_for(LedgerState::spilling);
    load.wait_for_more(50);
    vfs.set(Fault::none);
    load.wait_for(LedgerState::ok);
    const std::int64_t written = load.stop();
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'ok'") == written);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'interrupted'") == 1);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == written + 1);
    CHECK(LedgerReader(path).stats(0).value().total.queries == written + 1);
}

TEST_CASE("rows in a spill file that could not be opened at the start are not written over") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    FaultVfs vfs("faults");
    LedgerOptions options;
    options.path = path;
    options.busy_timeout_ms = 10;
    options.vfs = vfs.name();
    const auto write_while_full = [&](const char* id, Fault spill_at_open) {
        vfs.set(Fault::none, spill_at_open);
        const auto ledger = Ledger::open(options).value();
        Answers answers;
        answers.attach(*ledger);
        vfs.set(Fault::full, Fault::none);
        ledger->write(closed_row(id), 0, 1);
        REQUIRE(answers.wait_for(1));
        CHECK(answers.all()[0].ok);
        CHECK(ledger->close());
    };
    write_while_full("first", Fault::none);
    write_while_full("second", Fault::io_error);
    vfs.set(Fault::none);
    CHECK(Ledger::open(options).value()->close());
    check_exact(path, 2);
}
