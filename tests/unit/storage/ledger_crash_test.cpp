#include <algorithm>
#include <csignal>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

/// One acknowledgement as it goes through the pipe; below PIPE_BUF, so it is written whole.
struct Acknowledged {
    int round;
    int number;
};

std::string id_of(const Acknowledged& one) {
    return fmt::format("{}-{}", one.round, one.number);
}

/// The child: writes rows until it is killed, and reports what was committed. The pipe keeps what
/// was written into it when the child dies.
[[noreturn]] void write_until_killed(const std::string& path, int round, int pipe_fd) {
    const auto ledger = open_ledger(path);
    ledger->on_commit([&](int, std::span<const Committed> done) {
        for (const Committed& one : done) {
            const Acknowledged message{round, static_cast<int>(one.token)};
            if (one.ok && ::write(pipe_fd, &message, sizeof message) < 0) ::_exit(1);
        }
    });
    for (int number = 1;; ++number) {
        AttemptRow row = open_row(id_of({round, number}));
        row.locality = number % 7 == 0 ? Locality::external : Locality::local;
        row.query_local = row.locality == Locality::local;
        row.decision_seq = round * 1'000'000LL + number;
        row.started_ms = kStart + round * 1'800'000LL;
        ledger->write(row, 0, 0);
        if (number % 11 == 0) continue;  // stays open
        row.status = AttemptStatus::ok;
        row.final = true;
        row.cost = number;
        ledger->write(row, 0, static_cast<std::uint64_t>(number));
        while (ledger->queued() > 300)
            std::this_thread::yield();
    }
}

/// Runs a child, kills it after `acknowledgements` were seen, returns all it acknowledged.
std::vector<Acknowledged> one_round(const std::string& path, int round, int acknowledgements) {
    int fds[2];
    REQUIRE(::pipe(fds) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(fds[0]);
        write_until_killed(path, round, fds[1]);
    }
    ::close(fds[1]);
    std::vector<Acknowledged> seen;
    Acknowledged message{};
    while (::read(fds[0], &message, sizeof message) == sizeof message) {
        seen.push_back(message);
        if (static_cast<int>(seen.size()) == acknowledgements) ::kill(child, SIGKILL);
    }
    ::close(fds[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    return seen;
}

std::set<std::string> closed_ids(const std::string& path) {
    SQLite::Database database(path);
    SQLite::Statement select(database, "SELECT request_id FROM attempts WHERE status = 'ok'");
    std::set<std::string> ids;
    while (select.executeStep())
        ids.insert(select.getColumn(0).getString());
    return ids;
}

void check_totals(const std::string& path, const LedgerShareHistory& history) {
    const GroupTotals total = LedgerReader(path).stats(0).value().total;
    const auto sum = [&](const char* what) {
        return query_int(path, fmt::format("SELECT COALESCE(SUM({}), 0) FROM attempts", what));
    };
    CHECK(total.queries == sum("is_final"));
    CHECK(total.attempts == sum("1"));
    CHECK(total.cost_pico == sum("COALESCE(cost, 0)"));
    CHECK(history.total == sum("is_final"));
    CHECK(history.external == sum("is_final AND NOT query_local"));
}

}  // namespace

TEST_CASE("killed at any moment, the ledger keeps what it acknowledged, once, and adds up") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    RandomRows random(2026);
    std::vector<Acknowledged> acknowledged;
    for (int round = 1; round <= 25; ++round) {
        CAPTURE(round);
        const auto seen = one_round(path, round, 1 + random.up_to(400));
        acknowledged.insert(acknowledged.end(), seen.begin(), seen.end());
        const auto ledger = open_ledger(path);
        CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'open'") == 0);
        check_totals(path, ledger->share_history());
    }
    const std::set<std::string> stored = closed_ids(path);
    const auto lost = std::count_if(acknowledged.begin(), acknowledged.end(),
                                    [&](const auto& one) { return !stored.contains(id_of(one)); });
    CHECK(lost == 0);
    CHECK(acknowledged.size() >= 25);
    CHECK(query_int(path, "SELECT COUNT(*) - COUNT(DISTINCT request_id) FROM attempts") == 0);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'interrupted'") > 0);
    SQLite::Database database(path);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
}
