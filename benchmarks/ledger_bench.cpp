// The cost of writing the ledger: what one caller waits for a commit, what many callers get through
// together, and the bare row path. Each on tmpfs (SQLite's own cost) and on the temp directory.

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "storage/attempt_store.hpp"
#include "storage/database_file.hpp"
#include "storage/ledger.hpp"
#include "storage/queries.hpp"
#include "storage/schema.hpp"

namespace {

using namespace llmr;
using namespace llmr::storage;

enum Medium : int { kTmpfs, kDisk };

class TempDir {
public:
    explicit TempDir(std::int64_t medium) {
        const auto root = medium == kTmpfs ? std::filesystem::path("/dev/shm")
                                           : std::filesystem::temp_directory_path();
        std::string pattern = (root / "llmr-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    std::string database() const { return (path_ / "ledger.db").string(); }

private:
    std::filesystem::path path_;
};

AttemptRow sample_row(int number) {
    AttemptRow row;
    row.request_id = new_request_id();
    row.decision_seq = number;
    row.started_ms = utc_ms();
    row.upstream = "ollama";
    row.model = "mistral:7b";
    row.model_asked = "auto";
    row.model_served = "mistral:7b";
    row.type = kAllQueryTypes[static_cast<std::size_t>(number) % kAllQueryTypes.size()];
    row.reason = "simple: 42 estimated tokens, no code";
    row.status = AttemptStatus::ok;
    row.final = true;
    row.usage = {50 + number % 200, 0, 0, 80 + number % 300, 0, UsageSource::reported};
    row.cost = 0;
    row.baseline = 55'500'000;
    row.baseline_id = "gpt-4o-mini";
    row.total_us = 200'000 + number % 90'000;
    row.ttft_us = 30'000 + number % 20'000;
    row.http_upstream = row.http_client = 200;
    row.finish_reason = "stop";
    return row;
}

/// Counts answered tokens and lets the benchmark wait for them.
class Gate {
public:
    void attach(Ledger& ledger) {
        ledger.on_commit([this](int, std::span<const Committed> done) {
            const std::lock_guard lock(mutex_);
            answered_ += static_cast<std::int64_t>(done.size());
            changed_.notify_one();
        });
    }
    std::int64_t wait_beyond(std::int64_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return answered_ > count; });
        return answered_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t answered_ = 0;
};

std::unique_ptr<Ledger> open_ledger(const std::string& path) {
    LedgerOptions options;
    options.path = path;
    return std::move(Ledger::open(options).value());
}

void write_query(Ledger& ledger, int number) {
    ledger.write(sample_row(number), 0, static_cast<std::uint64_t>(number));
}

/// The time one caller waits: closing row, commit, answer.
void one_awaited_writer(benchmark::State& state) {
    const TempDir dir(state.range(0));
    const auto ledger = open_ledger(dir.database());
    Gate gate;
    gate.attach(*ledger);
    int number = 0;
    for (auto _ : state) {
        write_query(*ledger, ++number);
        gate.wait_beyond(number - 1);
    }
    state.SetItemsProcessed(number);
}

/// Queries a second with 64 of them waiting for their commit at any time.
void sixty_four_awaited_writers(benchmark::State& state) {
    constexpr int kWriters = 64;
    const TempDir dir(state.range(0));
    const auto ledger = open_ledger(dir.database());
    Gate gate;
    gate.attach(*ledger);
    std::int64_t answered = 0;
    int number = 0;
    while (number < kWriters)
        write_query(*ledger, ++number);
    for (auto _ : state) {
        answered = gate.wait_beyond(answered);
        while (number < answered + kWriters)
            write_query(*ledger, ++number);
    }
    state.SetItemsProcessed(answered);
}

/// Rows a second of the storage thread alone, in transactions of the given size.
void rows_in_transactions(benchmark::State& state) {
    const TempDir dir(state.range(0));
    auto ready = prepare_database_file(dir.database());
    auto database = open_writer(dir.database(), FsyncMode::off, 0);
    if (!ready || !migrate(*database, dir.database())) state.SkipWithError("cannot open");
    AttemptStore store(std::move(database));
    std::vector<AttemptRow> rows(static_cast<std::size_t>(state.range(1)));
    int number = 0;
    for (auto _ : state) {
        state.PauseTiming();
        for (AttemptRow& row : rows)
            row = sample_row(++number);
        state.ResumeTiming();
        AttemptStore::Batch batch(store);
        for (const AttemptRow& row : rows)
            batch.write(row);
        batch.commit();
        store.checkpoint_every(1000);
    }
    state.SetItemsProcessed(number);
}

/// Statistics of the last `range(0)` days (0: of all) of a year with 25 queries an hour. Many more
/// queries make few more rollups: those depend on hours, types, models and latency buckets.
void stats_of_a_year(benchmark::State& state) {
    constexpr int kDays = 365;
    constexpr std::int64_t kDayMs = 24 * 3'600'000;
    constexpr int kRowsPerDay = 600;
    static const TempDir dir(kTmpfs);
    const std::int64_t start = 20'000 * kDayMs;
    static const bool filled = [&] {
        const auto ledger = open_ledger(dir.database());
        for (int number = 0; number < kDays * kRowsPerDay; ++number) {
            AttemptRow row = sample_row(number);
            row.started_ms = start + number * (kDayMs / kRowsPerDay);
            ledger->write(std::move(row), 0, 0);
            while (ledger->queued() > 10'000)
                std::this_thread::yield();
        }
        return ledger->close();
    }();
    if (!filled) state.SkipWithError("cannot fill the ledger");
    LedgerReader reader(dir.database());
    const std::int64_t days = state.range(0);
    for (auto _ : state)
        benchmark::DoNotOptimize(reader.stats(days == 0 ? 0 : start + (kDays - days) * kDayMs + 1));
}

BENCHMARK(stats_of_a_year)->Arg(0)->Arg(1)->Arg(30)->Arg(365)->Unit(benchmark::kMicrosecond);
BENCHMARK(one_awaited_writer)->Arg(kTmpfs)->Arg(kDisk)->UseRealTime();
BENCHMARK(sixty_four_awaited_writers)->Arg(kTmpfs)->Arg(kDisk)->UseRealTime();
BENCHMARK(rows_in_transactions)->ArgsProduct({{kTmpfs, kDisk}, {1, 16, 64, 512}})->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
