// The database file is written over with garbage while rows come.
#include <atomic>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

#include "core/clock.hpp"
#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

constexpr int kRowsBefore = 3'000;
/// Long ids in no order: inserting them looks at pages all over an index that is larger than the
/// writer's cache.
constexpr std::size_t kIdBytes = 900;
constexpr std::size_t kPageBytes = 4096;

/// A final attempt with a number of its own; every tenth query left the machine.
AttemptRow numbered(int number) {
    AttemptRow row = closed_row(fmt::format("{:08x}-{}-", number * 2'654'435'761U, number) +
                                std::string(kIdBytes, 'x'));
    row.decision_seq = number;
    row.query_local = number % 10 != 0;
    return row;
}

/// Writes one awaited row after the other from a thread of its own, until it is stopped.
class Load {
public:
    Load(Ledger& ledger, Answers& answers, int from)
        : ledger_(ledger), answers_(answers), from_(from), written_(from), thread_([this] {
              run();
          }) {}

    void wait_for_more(int rows) const {
        const int wanted = written_ + rows;
        const SteadyTime end = steady_now() + std::chrono::seconds(20);
        while (written_ < wanted && steady_now() < end)
            std::this_thread::yield();
        REQUIRE(written_ >= wanted);
    }
    ~Load() {
        if (thread_.joinable()) stop();
    }
    int stop() {
        stop_ = true;
        thread_.join();
        return written_;
    }

private:
    void run() {
        while (!stop_) {
            const int next = written_ + 1;
            ledger_.write(numbered(next), 0, static_cast<std::uint64_t>(next));
            if (!answers_.wait_for(static_cast<std::size_t>(next - from_))) return;
            written_ = next;
        }
    }

    Ledger& ledger_;
    Answers& answers_;
    const int from_;
    std::atomic<int> written_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

/// Everything from byte `from` on becomes garbage; the file keeps its size.
void write_over(const std::string& path, std::size_t from) {
    const auto size = std::filesystem::file_size(path);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    const std::string garbage(kPageBytes, '\xA5');
    for (std::size_t at = from; at < size; at += garbage.size())
        file.write(garbage.data(),
                   static_cast<std::streamsize>(std::min(garbage.size(), size - at)));
    REQUIRE(file.flush().good());
}

void wait_until_put_aside(const Ledger& ledger) {
    const SteadyTime end = steady_now() + std::chrono::seconds(20);
    while ((ledger.put_aside().empty() || ledger.state() != LedgerState::ok) && steady_now() < end)
        std::this_thread::yield();
    REQUIRE_FALSE(ledger.put_aside().empty());
    REQUIRE(ledger.state() == LedgerState::ok);
}

struct Outcome {
    std::string aside;
    int before = 0;   ///< acknowledged before the damage
    int written = 0;  ///< in all
};

Outcome damage_under_load(const std::string& path, std::size_t from) {
    {
        // Closing brings the rows from the WAL into the file.
        const auto first_run = open_ledger(path);
        for (int number = 1; number <= kRowsBefore; ++number)
            first_run->write(numbered(number), 0, 0);
        REQUIRE(first_run->close());
    }
    const auto ledger = open_ledger(path);
    Answers answers;
    answers.attach(*ledger);
    Load load(*ledger, answers, kRowsBefore);
    load.wait_for_more(50);
    Outcome outcome;
    outcome.before = kRowsBefore + static_cast<int>(answers.all().size());
    write_over(path, from);
    wait_until_put_aside(*ledger);
    load.wait_for_more(50);
    outcome.written = load.stop();
    for (const auto& answer : answers.all())
        REQUIRE(answer.ok);
    outcome.aside = ledger->put_aside();
    REQUIRE(ledger->close());
    return outcome;
}

}  // namespace

TEST_CASE(
    "a database that is damaged under load is put aside; every row after that is in a new one") {
    for (const std::size_t from : {kPageBytes, std::size_t{0}}) {
        CAPTURE(from);
        const TempDir dir;
        const std::string path = dir.file("a.db");
        const Outcome outcome = damage_under_load(path, from);
        CHECK(outcome.aside.starts_with(path + ".corrupt-"));
        CHECK(std::filesystem::exists(outcome.aside));
        CHECK_FALSE(std::filesystem::exists(path + ".spill"));
        SQLite::Database database(path, SQLite::OPEN_READONLY);
        CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
        const int first = database.execAndGet("SELECT MIN(decision_seq) FROM attempts").getInt();
        const int count = database.execAndGet("SELECT COUNT(*) FROM attempts").getInt();
        // A few rows may have gone into the damaged file before SQLite noticed; none is missing in
        // between, and none is there twice.
        CHECK(first > kRowsBefore);
        CHECK(count == outcome.written - first + 1);
        CHECK(LedgerReader(path).stats(0).value().total.queries == count);
    }
}

TEST_CASE("the local share goes on from what it was, also after a restart") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const Outcome outcome = damage_under_load(path, kPageBytes);
    const auto again = open_ledger(path);
    const LedgerShareHistory history = again->share_history();
    CHECK(history.total == outcome.written);
    CHECK(history.external == outcome.written / 10);
    CHECK(history.last_seq == outcome.written);
    CHECK(again->put_aside().empty());
}

TEST_CASE("what only a reader finds is told to the writer, which believes it the second time") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const auto ledger = open_ledger(path);
    Answers answers;
    answers.attach(*ledger);
    ledger->write(numbered(1), 0, 1);
    REQUIRE(answers.wait_for(1));
    LedgerReader reader(path);
    CHECK(reader.recent({}).value().rows.size() == 1);
    CHECK_FALSE(reader.found_damage());
    const SteadyTime end = steady_now() + std::chrono::seconds(20);
    while (ledger->put_aside().empty() && steady_now() < end)
        ledger->report_damage();
    wait_until_put_aside(*ledger);
    CHECK(ledger->failed_commits() >= 2);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 0);
    CHECK(query_int(ledger->put_aside(), "SELECT COUNT(*) FROM attempts") == 1);

    std::ofstream(dir.file("garbage.db"), std::ios::binary) << std::string(8192, '\xA5');
    LedgerReader of_garbage(dir.file("garbage.db"));
    CHECK_FALSE(of_garbage.recent({}).has_value());
    CHECK(of_garbage.found_damage());
}

TEST_CASE("one that is damaged before the start is not touched, and the start says why") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    open_ledger(path)->close();
    write_over(path, 0);
    LedgerOptions options;
    options.path = path;
    const auto ledger = Ledger::open(options);
    REQUIRE_FALSE(ledger.has_value());
    CHECK(ledger.error().message.find("not a database") != std::string::npos);
    CHECK(std::distance(
              std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()), {}) ==
          2);  // it and its lock
}
