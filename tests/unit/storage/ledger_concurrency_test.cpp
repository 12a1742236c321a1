#include <map>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

TEST_CASE("eight threads write at once: every token is answered once, each thread's in order") {
    constexpr int kThreads = 8;
    constexpr int kRows = 2000;
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const auto ledger = open_ledger(path);
    Answers answers;
    answers.attach(*ledger);
    std::vector<std::thread> threads;
    for (int lane = 0; lane < kThreads; ++lane)
        threads.emplace_back([&ledger, lane] {
            for (int index = 1; index <= kRows; ++index) {
                const std::string id = fmt::format("{}-{:05}", lane, index);
                ledger->write(open_row(id), lane, 0);
                ledger->write(closed_row(id), lane, static_cast<std::uint64_t>(index));
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    REQUIRE(answers.wait_for(kThreads * kRows));
    REQUIRE(ledger->close());

    std::map<int, std::uint64_t> last;
    bool in_order = true;
    for (const Answers::Answer& answer : answers.all())
        in_order = in_order && answer.ok && answer.token == ++last[answer.lane];
    CHECK(in_order);
    CHECK(answers.all().size() == kThreads * kRows);
    CHECK(ledger->queued() == 0);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'ok'") == kThreads * kRows);
    // ids that sort by thread and number have rowids that do, too, if each thread's order was kept
    CHECK(query_int(path,
                    "SELECT COUNT(*) FROM attempts a JOIN attempts b ON b.request_id = "
                    "substr(a.request_id, 1, 2) || printf('%05d', substr(a.request_id, 3) + 1) "
                    "WHERE a.id > b.id") == 0);
    CHECK(LedgerReader(path).stats(0).value().total.queries == kThreads * kRows);
}
