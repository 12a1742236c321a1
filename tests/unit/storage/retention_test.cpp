#include <algorithm>
#include <functional>
#include <thread>

#include <doctest/doctest.h>

#include "core/clock.hpp"
#include "storage/database_file.hpp"
#include "storage/open_store.hpp"
#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

constexpr std::int64_t kDay = 86'400'000;

std::unique_ptr<AttemptStore> store_at(const std::string& path) {
    LedgerOptions options;
    options.path = path;
    return open_store(options).value();
}

/// `count` closed rows, the last `young` of them of today.
std::vector<AttemptRow> rows_with_age(int count, int young) {
    std::vector<AttemptRow> rows;
    for (int index = 1; index <= count; ++index) {
        rows.push_back(closed_row(fmt::format("request-{:06}", index)));
        rows.back().decision_seq = index;
        rows.back().started_ms = utc_ms() - (index > count - young ? 0 : 100 * kDay);
        rows.back().cost = index;
    }
    return rows;
}

bool wait_until(const std::function<bool()>& done) {
    const SteadyTime end = steady_now() + std::chrono::seconds(60);
    while (!done() && steady_now() < end)
        std::this_thread::yield();
    return done();
}

}  // namespace

TEST_CASE("old rows go; young, unfinished and the newest ones stay, and so do the totals") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const auto store = store_at(path);
    write_batch(*store, rows_with_age(3000, 200));
    AttemptRow open = open_row("still-open");
    AttemptRow waiting = closed_row("waits-for-its-next");
    waiting.final = false;
    open.started_ms = waiting.started_ms = utc_ms() - 100 * kDay;
    open.decision_seq = waiting.decision_seq = 0;
    write_batch(*store, {open, waiting});
    const Stats before = LedgerReader(path).stats(0).value();

    RetentionLimits limits;
    limits.older_than_ms = utc_ms() - 90 * kDay;
    limits.keep_from_seq = 2501;
    int slices = 0;
    while (store->retire(limits))
        ++slices;
    CHECK(slices > 3);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 502);
    CHECK(query_int(path, "SELECT MIN(decision_seq) FROM attempts WHERE decision_seq > 0") == 2501);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE decision_seq = 0") == 2);
    const Stats after = LedgerReader(path).stats(0).value();
    CHECK(after.total.queries == before.total.queries);
    CHECK(after.total.cost_pico == before.total.cost_pico);
    CHECK(after.latency_local.count == before.latency_local.count);
    CHECK(store->share_history(300).recent.size() == 300);
}

TEST_CASE("the tables stay below the size limit while rows come, the oldest going first") {
    const TempDir dir;
    LedgerOptions options;
    options.path = dir.file("a.db");
    options.max_bytes = 2 << 20;
    options.share_window = 10;
    const auto ledger = Ledger::open(options).value();
    constexpr int kRows = 30'000;
    for (int index = 1; index <= kRows; ++index) {
        AttemptRow row = closed_row(fmt::format("request-{:06}", index));
        row.decision_seq = index;
        ledger->write(row, 0, 0);
        while (ledger->queued() > 200)
            std::this_thread::yield();
    }
    const auto used = [&] {
        return query_int(options.path,
                         "SELECT (SELECT page_count FROM pragma_page_count) - "
                         "(SELECT freelist_count FROM pragma_freelist_count)") *
               query_int(options.path, "SELECT page_size FROM pragma_page_size");
    };
    CHECK(wait_until([&] {
        ledger->write(closed_row("one-more"), 0, 0);
        return used() <= options.max_bytes;
    }));
    CHECK(query_int(options.path, "SELECT COUNT(*) FROM attempts") > 1000);
    CHECK(query_int(options.path, "SELECT MAX(decision_seq) FROM attempts") == kRows);
    CHECK(LedgerReader(options.path).stats(0).value().total.queries == kRows + 1);
}

TEST_CASE("while a hundred thousand old rows go, no commit waits long") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    {
        const auto store = store_at(path);
        const std::vector<AttemptRow> rows = rows_with_age(100'000, 0);
        write_batch(*store, rows);
    }
    LedgerOptions options;
    options.path = path;
    options.retention_days = 90;
    options.share_window = 10;
    const auto ledger = Ledger::open(options).value();
    Answers answers;
    answers.attach(*ledger);
    std::vector<std::int64_t> waits;
    const auto left = [&] {
        return query_int(path, "SELECT COUNT(*) FROM attempts WHERE request_id < 'request-1'");
    };
    for (std::uint64_t token = 1; token < 3000 && (token % 100 != 0 || left() > 10); ++token) {
        AttemptRow row = closed_row(fmt::format("young-{}", token));
        row.started_ms = utc_ms();
        const SteadyTime start = steady_now();
        ledger->write(row, 0, token);
        REQUIRE(answers.wait_for(token));
        waits.push_back(micros_between(start, steady_now()));
    }
    std::sort(waits.begin(), waits.end());
    const std::int64_t p99 = waits[waits.size() * 99 / 100];
    MESSAGE(fmt::format("{} commits meanwhile: median {} us, p99 {} us, longest {} us",
                        waits.size(), waits[waits.size() / 2], p99, waits.back()));
    CHECK(wait_until([&] { return left() <= 10; }));
    CHECK(LedgerReader(path).stats(0).value().total.queries ==
          100'000 + static_cast<std::int64_t>(waits.size()));
}

TEST_CASE("the WAL stays short under constant writing") {
    const TempDir dir;
    LedgerOptions options;
    options.path = dir.file("a.db");
    const auto ledger = Ledger::open(options).value();
    std::uintmax_t longest = 0;
    for (int index = 0; index < 40'000; ++index) {
        ledger->write(closed_row(fmt::format("{}-{}", index * 7919 % 40'000, index)), 0, 0);
        while (ledger->queued() > 500)
            std::this_thread::yield();
        if (index % 500 == 0)
            longest = std::max(longest, std::filesystem::file_size(options.path + "-wal"));
    }
    MESSAGE(fmt::format("longest WAL: {} KiB", longest >> 10));
    CHECK(longest < 32U << 20);
    CHECK(std::filesystem::file_size(options.path) > (5U << 20));
}
