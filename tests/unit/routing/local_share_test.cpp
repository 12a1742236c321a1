#include "routing/local_share.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using llmr::routing::LocalShare;
using llmr::routing::ShareHistory;
using llmr::routing::ShareSnapshot;

namespace {

/// The place of every decision by its number, as the ledger would hold it.
using Log = std::map<std::int64_t, bool>;

bool holds(std::int64_t external, std::int64_t total, double threshold) {
    return external * 100'000 <= std::llround((100.0 - threshold) * 1000.0) * total;
}

/// The first number at which a prefix or a window breaks the bound; 0 if none does.
std::int64_t first_breach(const Log& log, double threshold, int window) {
    std::vector<int> sums{0};
    for (const auto& [seq, external] : log) {
        sums.push_back(sums.back() + (external ? 1 : 0));
        const auto count = static_cast<std::int64_t>(sums.size()) - 1;
        if (seq != count) return seq;  // a hole
        const std::int64_t first = std::max<std::int64_t>(0, count - window);
        const int in_window = sums.back() - sums[static_cast<std::size_t>(first)];
        if (!holds(sums.back(), count, threshold) || !holds(in_window, count - first, threshold)) {
            return seq;
        }
    }
    return 0;
}

std::int64_t externals(const Log& log) {
    return std::count_if(log.begin(), log.end(), [](const auto& entry) { return entry.second; });
}

ShareHistory history_of(const Log& log, int window) {
    ShareHistory history;
    for (const auto& [seq, external] : log) {
        ++history.total;
        history.external += external ? 1 : 0;
        history.last_seq = seq;
        history.recent_external.push_back(external);
    }
    auto& recent = history.recent_external;
    const auto most = static_cast<std::ptrdiff_t>(window);
    if (static_cast<std::ptrdiff_t>(recent.size()) > most) {
        recent.erase(recent.begin(), recent.end() - most);
    }
    return history;
}

/// A random stream of decisions and corrections; the log gets the final places.
void run_stream(LocalShare& share, Log& log, std::mt19937& random, int count) {
    std::vector<LocalShare::Ticket> running;
    for (int i = 0; i < count; ++i) {
        LocalShare::Ticket ticket = share.decide(random() % 3 != 0);
        log[ticket.seq] = ticket.external;
        running.push_back(ticket);
        if (running.size() < 20) continue;
        const std::size_t pick = random() % running.size();
        LocalShare::Ticket& old = running[pick];
        if (random() % 2 == 0) {
            share.give_back(old);
        } else {
            share.move_external(old, /*within_allowance=*/true);
        }
        log[old.seq] = old.external;
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(pick));
    }
}

}  // namespace

TEST_CASE("at 95 percent every twentieth query may go external, from the twentieth on") {
    LocalShare share(95, 1000);
    for (int i = 1; i <= 100; ++i) {
        CAPTURE(i);
        CHECK(share.would_grant() == (i % 20 == 0));
        const auto ticket = share.decide(true);
        CHECK(ticket.seq == i);
        CHECK(ticket.external == (i % 20 == 0));
    }
    const ShareSnapshot snapshot = share.snapshot();
    CHECK(snapshot.total == 100);
    CHECK(snapshot.external == 5);
    CHECK(snapshot.window_total == 100);
    CHECK(snapshot.window_external == 5);
    CHECK(snapshot.refused == 95);
    CHECK(snapshot.allowance == 0);
}

TEST_CASE("thresholds of 100, 0 and anything odd are what they say") {
    const struct {
        double threshold;
        int granted_of_1000;
    } rows[] = {{100, 0},      {0, 1000},  {99.9, 1}, {99.999, 0}, {50, 500},
                {66.667, 333}, {97.5, 25}, {250, 0},  {-3, 1000}};
    for (const auto& row : rows) {
        CAPTURE(row.threshold);
        LocalShare share(row.threshold, 1000);
        int granted = 0;
        for (int i = 0; i < 1000; ++i)
            granted += share.decide(true).external ? 1 : 0;
        CHECK(granted == row.granted_of_1000);
    }
}

TEST_CASE("a window of 1 and one of thousands hold the bound for random streams") {
    std::mt19937 random(20260101);
    for (const double threshold : {0.0, 50.0, 80.0, 95.0, 99.5, 100.0}) {
        for (const int window : {1, 2, 7, 20, 100, 1000, 5000}) {
            CAPTURE(threshold);
            CAPTURE(window);
            LocalShare share(threshold, window);
            Log log;
            run_stream(share, log, random, 3000);
            CHECK(first_breach(log, threshold, window) == 0);
            CHECK(share.snapshot().external == externals(log));
            CHECK(share.snapshot().total == 3000);
        }
    }
}

TEST_CASE("a burst after a long quiet time may not fill the window") {
    LocalShare share(90, 50);
    for (int i = 0; i < 1000; ++i)
        share.decide(false);
    CHECK(share.snapshot().allowance == 5);
    int granted = 0;
    for (int i = 0; i < 50; ++i)
        granted += share.decide(true).external ? 1 : 0;
    CHECK(granted == 5);
}

TEST_CASE("the bound holds across restarts") {
    std::mt19937 random(7);
    for (const int window : {10, 100, 1000}) {
        CAPTURE(window);
        Log log;
        for (int restart = 0; restart < 8; ++restart) {
            LocalShare share(93.5, window, history_of(log, window));
            CHECK(share.snapshot().external == externals(log));
            CHECK(share.snapshot().total == static_cast<std::int64_t>(log.size()));
            run_stream(share, log, random, 400);
        }
        CHECK(first_breach(log, 93.5, window) == 0);
    }
}

TEST_CASE("eight threads cannot get past the bound together") {
    constexpr int kThreads = 8;
    constexpr int kEach = 4000;
    LocalShare share(95, 200);
    std::mutex mutex;
    Log log;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            std::mt19937 random(static_cast<unsigned>(t));
            Log own;
            LocalShare::Ticket previous;
            for (int i = 0; i < kEach; ++i) {
                LocalShare::Ticket ticket = share.decide(random() % 2 == 0);
                own[ticket.seq] = ticket.external;
                if (random() % 16 == 0) share.give_back(ticket);
                if (random() % 16 == 1 && previous.seq > 0) share.move_external(previous, true);
                own[ticket.seq] = ticket.external;
                if (previous.seq > 0) own[previous.seq] = previous.external;
                previous = ticket;
            }
            const std::lock_guard lock(mutex);
            log.insert(own.begin(), own.end());
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    CHECK(log.size() == kThreads * kEach);
    CHECK(first_breach(log, 95, 200) == 0);
    CHECK(share.snapshot().external == externals(log));
    CHECK(externals(log) > 0);
}

TEST_CASE("a place given back can be granted to another query") {
    LocalShare share(50, 10);
    share.decide(false);
    auto first = share.decide(true);
    REQUIRE(first.external);
    CHECK_FALSE(share.decide(true).external);
    share.give_back(first);
    CHECK_FALSE(first.external);
    share.give_back(first);
    CHECK(share.snapshot().external == 0);
    CHECK(share.snapshot().window_external == 0);
    CHECK(share.decide(true).external);
}

TEST_CASE("places whose number fell out of the window are corrected in the totals") {
    LocalShare share(50, 4);
    share.decide(false);
    auto old = share.decide(true);
    REQUIRE(old.external);
    for (int i = 0; i < 20'000; ++i)
        share.decide(false);
    share.give_back(old);
    CHECK(share.snapshot().external == 0);
    CHECK(share.snapshot().window_external == 0);
    CHECK(share.move_external(old, false));
    CHECK(share.snapshot().external == 1);
    CHECK(share.snapshot().window_external == 0);
}

TEST_CASE("a fallback outside the allowance always goes, and blocks grants until it is made up") {
    LocalShare share(80, 100);
    auto ticket = share.decide(false);
    CHECK_FALSE(share.move_external(ticket, true));
    CHECK_FALSE(ticket.external);
    CHECK(share.snapshot().refused == 1);
    CHECK(share.move_external(ticket, false));
    CHECK(ticket.external);
    CHECK(share.move_external(ticket, true));
    CHECK(share.snapshot().external == 1);
    int until_granted = 0;
    while (!share.decide(true).external)
        ++until_granted;
    CHECK(until_granted == 8);  // 2 of 10
}

TEST_CASE("a fallback within the allowance looks at the past windows it would change") {
    // 1 of 2 in every window of 4. The query at 3 may not go: 1 and 2 of 3 would be external.
    LocalShare share(50, 4);
    share.decide(false);
    CHECK(share.decide(true).external);
    auto third = share.decide(false);
    CHECK_FALSE(share.move_external(third, true));
    auto fourth = share.decide(false);
    CHECK(share.move_external(fourth, true));
    // Too old to tell.
    auto fifth = share.decide(false);
    for (int i = 0; i < 10'000; ++i)
        share.decide(false);
    CHECK_FALSE(share.move_external(fifth, true));
}

TEST_CASE("queries whose place is not ours are counted and never refused") {
    LocalShare share(95, 10);
    CHECK(share.record(true).external);
    CHECK(share.record(true).external);
    CHECK_FALSE(share.record(false).external);
    const ShareSnapshot snapshot = share.snapshot();
    CHECK(snapshot.total == 3);
    CHECK(snapshot.external == 2);
    CHECK(snapshot.refused == 0);
    CHECK_FALSE(share.decide(true).external);
}

TEST_CASE("the allowance in the snapshot is what a row of queries would get") {
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        const double threshold = static_cast<double>(random() % 101);
        const int window = static_cast<int>(random() % 30 + 1);
        LocalShare share(threshold, window);
        const auto length = random() % 200;
        for (unsigned i = 0; i < length; ++i)
            share.decide(random() % 2 == 0);
        const std::int64_t promised = share.snapshot().allowance;
        std::int64_t granted = 0;
        while (granted < window && share.would_grant() && share.decide(true).external)
            ++granted;
        CAPTURE(threshold);
        CAPTURE(window);
        CHECK(granted == promised);
    }
}

TEST_CASE("a reload keeps the history and applies the new bound at once") {
    LocalShare share(50, 100);
    for (int i = 0; i < 100; ++i)
        share.decide(true);
    CHECK(share.snapshot().external == 50);
    share.reconfigure(90, 10);
    CHECK(share.snapshot().total == 100);
    CHECK(share.snapshot().external == 50);
    CHECK(share.snapshot().window_total == 10);
    CHECK(share.snapshot().window_external == 5);
    CHECK_FALSE(share.would_grant());
    share.reconfigure(40, 60);
    CHECK(share.snapshot().window_total == 60);
    CHECK(share.snapshot().window_external == 30);
    CHECK(share.would_grant());
    CHECK(share.decide(true).seq == 101);
    share.reconfigure(40, 0);
    CHECK(share.snapshot().window_total == 1);
    CHECK(share.snapshot().window_external == 1);
}

TEST_CASE("places are kept for the higher scores, and what is needed is not held up by them") {
    LocalShare share(95, 1000);
    std::mt19937 random(5);
    std::uniform_real_distribution<double> uniform(0.6, 1);
    for (int i = 0; i < 1000; ++i)
        share.decide(llmr::routing::ExternalClaim{true, uniform(random)});
    for (int i = 0; i < 400; ++i)
        share.decide(false);
    REQUIRE(share.snapshot().allowance > 3);
    const double cut = share.snapshot().cut;
    CHECK(cut > 0.6);
    CHECK(cut < 1);
    using llmr::routing::Grant;
    CHECK(share.would_grant({true, cut - 0.05}) == Grant::below_cut);
    const auto low = share.decide({true, cut - 0.05});
    CHECK(low.grant == Grant::below_cut);
    CHECK_FALSE(low.external);
    CHECK(share.snapshot().passed_over > 0);
    CHECK(share.would_grant({true, 1}) == Grant::granted);
    CHECK(share.decide({true, 1}).external);
    CHECK(share.decide({true, {}}).external);
    CHECK(share.decide({false, 1}).grant == Grant::not_asked);
}

TEST_CASE("the cut survives a restart") {
    std::mt19937 random(6);
    std::uniform_real_distribution<double> uniform(0, 1);
    LocalShare share(95, 1000);
    ShareHistory history;
    for (int i = 0; i < 1000; ++i) {
        const double score = uniform(random);
        const bool competes = score > 0.5;
        const auto ticket =
            share.decide({competes, competes ? std::optional(score) : std::nullopt});
        ++history.total;
        history.external += ticket.external ? 1 : 0;
        history.recent_external.push_back(ticket.external);
        history.recent_scores.push_back(competes ? std::optional(score) : std::nullopt);
    }
    history.last_seq = history.total;
    CHECK(LocalShare(95, 1000, history).snapshot().cut == share.snapshot().cut);
}

namespace {

/// What 64 threads decide together, with answers that fail and go out, or never left.
void decide_concurrently(LocalShare& share, int count, std::uint32_t seed, Log& log) {
    std::mutex mutex;
    std::atomic<int> left{count};
    std::vector<std::thread> threads;
    for (std::uint32_t thread = 0; thread < 64; ++thread) {
        threads.emplace_back([&, thread] {
            std::mt19937 random(seed + thread);
            Log own;
            while (left-- > 0) {
                auto ticket = share.decide(random() % 3 == 0);
                const std::uint32_t fate = random() % 20;
                if (fate == 0) share.give_back(ticket);
                if (fate == 1) share.move_external(ticket, /*within_allowance=*/true);
                own[ticket.seq] = ticket.external;
            }
            const std::lock_guard lock(mutex);
            log.merge(own);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace

TEST_CASE(
    "100,000 queries of 64 threads, failures and restarts: no breach, the allowance is used") {
    constexpr int kRounds = 10;
    constexpr int kQueries = 100'000;
    constexpr int kWindow = 1000;
    Log log;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
        LocalShare share(95, kWindow, history_of(log, kWindow));
        decide_concurrently(share, kQueries / kRounds, round * 64, log);
    }
    REQUIRE(static_cast<int>(log.size()) == kQueries);
    CHECK(first_breach(log, 95, kWindow) == 0);
    const std::int64_t allowance = kQueries / 20;
    const std::int64_t unused = allowance - externals(log);
    MESSAGE("allowance " << allowance << ", unused " << unused);
    CHECK(unused * 50 <= allowance);
}
