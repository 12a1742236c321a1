#include "routing/budget.hpp"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;

namespace {

constexpr PicoUsd kCent = kPicoPerUsd / 100;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kNoon = 1'790'000'000'000 / kDayMs * kDayMs + kDayMs / 2;

BudgetLimits caps(std::optional<PicoUsd> day, std::optional<PicoUsd> month, bool forecast = false) {
    BudgetLimits limits;
    limits.all = {day, month};
    limits.forecast = forecast;
    return limits;
}

}  // namespace

TEST_CASE("two hundred calls at once never overspend a cent, a hundred times") {
    std::mt19937_64 seeds(20261121);
    for (int round = 0; round < 100; ++round) {
        Budget budget(caps(kCent, {}), {}, kNoon);
        std::atomic<PicoUsd> spent{0};
        std::atomic<int> granted{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, seed = seeds()] {
                std::mt19937_64 random(seed);
                for (int call = 0; call < 25; ++call) {
                    Budget::Hold hold;
                    const PicoUsd worst =
                        kCent / 40 + static_cast<PicoUsd>(random() % (kCent / 20));
                    if (!budget.reserve("", worst, kNoon, hold).granted()) continue;
                    ++granted;
                    const PicoUsd cost =
                        static_cast<PicoUsd>(random() % static_cast<std::uint64_t>(worst + 1));
                    spent += cost;
                    std::this_thread::yield();
                    budget.settle(hold, cost);
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        REQUIRE(spent <= kCent);
        REQUIRE(granted > 10);
        REQUIRE(budget.states(kNoon).at(0).spent == spent);
        REQUIRE(budget.states(kNoon).at(0).held == 0);
    }
}

TEST_CASE("a worst case is held until the call is settled, and an unknown cost counts as it") {
    Budget budget(caps(kCent, {}), {}, kNoon);
    Budget::Hold first;
    CHECK(budget.reserve("", kCent * 6 / 10, kNoon, first).granted());
    Budget::Hold second;
    const BudgetVerdict refused = budget.reserve("", kCent / 2, kNoon, second);
    CHECK(refused.answer == BudgetAnswer::over_cap);
    CHECK(describe(refused) == "budget: the cap for the day would be exceeded");
    CHECK(refused.retry_ms == kNoon + kDayMs / 2);
    CHECK_FALSE(second.active);
    budget.settle(first, kCent / 10);
    CHECK(budget.reserve("", kCent / 2, kNoon, second).granted());
    budget.settle(second, {});
    budget.settle(second, kCent);  // once only
    CHECK(budget.states(kNoon).at(0).spent == kCent * 6 / 10);
    Budget::Hold third;
    CHECK(budget.reserve("", kCent * 4 / 10, kNoon, third).granted());
    budget.release(third);
    CHECK(budget.check("", kCent * 4 / 10, kNoon).granted());
    CHECK_FALSE(budget.check("", kCent * 4 / 10 + 1, kNoon).granted());
}

TEST_CASE("a day ends, a month goes on, and a call belongs to where it began") {
    Budget budget(caps(kCent, 2 * kCent), {}, kNoon);
    Budget::Hold late;
    CHECK(budget.reserve("", kCent, kNoon, late).granted());
    const std::int64_t tomorrow = kNoon + kDayMs;
    Budget::Hold hold;
    CHECK(budget.reserve("", kCent, tomorrow, hold).granted());
    budget.settle(late, kCent);
    budget.settle(hold, kCent / 2);
    const auto states = budget.states(tomorrow);
    REQUIRE(states.size() == 2);
    CHECK(states[0].spent == kCent / 2);
    CHECK(states[0].held == 0);
    CHECK(states[1].spent == kCent + kCent / 2);
    const BudgetVerdict verdict = budget.check("", kCent / 2 + 1, tomorrow + kDayMs);
    CHECK(verdict.answer == BudgetAnswer::over_cap);
    CHECK(verdict.period == BudgetPeriod::month);
}

TEST_CASE("months are calendar months") {
    const std::int64_t february = 1'834'800'000'000;  // 2028-02-22, a leap year
    const PeriodBounds bounds = bounds_of(BudgetPeriod::month, february);
    CHECK(bounds.end_ms - bounds.start_ms == 29 * kDayMs);
    CHECK(bounds.start_ms % kDayMs == 0);
    CHECK(bounds_of(BudgetPeriod::month, bounds.end_ms).start_ms == bounds.end_ms);
    CHECK(bounds_of(BudgetPeriod::month, bounds.end_ms - 1).start_ms == bounds.start_ms);
}

TEST_CASE("keys have caps of their own or the common one, beside the cap for all") {
    BudgetLimits limits = caps(3 * kCent, {});
    limits.each_key = {kCent, {}};
    limits.keys["alice"] = {2 * kCent, {}};
    limits.keys["free"] = {};
    Budget budget(limits, {}, kNoon);
    CHECK(budget.check("alice", 2 * kCent, kNoon).granted());
    CHECK(budget.check("free", 3 * kCent, kNoon).granted());
    const BudgetVerdict bob = budget.check("bob", kCent + 1, kNoon);
    CHECK(bob.of_key);
    CHECK(describe(bob) == "budget: the key's cap for the day would be exceeded");
    Budget::Hold hold;
    CHECK(budget.reserve("alice", 2 * kCent, kNoon, hold).granted());
    budget.settle(hold, 2 * kCent);
    CHECK_FALSE(budget.check("alice", 1, kNoon).granted());
    CHECK(budget.check("bob", kCent, kNoon).granted());
    CHECK_FALSE(budget.check("free", kCent + 1, kNoon).of_key);
}

TEST_CASE("what the ledger knows counts, and a reload keeps it") {
    BudgetSpent spent;
    spent.all.of = {kCent / 2, 5 * kCent};
    spent.keys["alice"].of = {kCent / 4, kCent};
    Budget budget(caps(kCent, 6 * kCent), spent, kNoon);
    CHECK(budget.check("", kCent / 2, kNoon).granted());
    CHECK_FALSE(budget.check("", kCent / 2 + 1, kNoon).granted());
    BudgetLimits limits = caps({}, {});
    limits.each_key = {kCent / 2, {}};
    budget.reconfigure(limits);
    CHECK(budget.check("alice", kCent / 4, kNoon).granted());
    CHECK_FALSE(budget.check("alice", kCent / 4 + 1, kNoon).granted());
    CHECK(budget.check("", 1000 * kPicoPerUsd, kNoon).granted());
}

TEST_CASE("spending that would reach the cap before the period ends is held back") {
    Budget budget(caps(kPicoPerUsd, {}, /*forecast=*/true), {}, kNoon);
    const std::int64_t midnight = kNoon - kDayMs / 2;
    CHECK(budget.check("", kPicoPerUsd / 10, midnight).granted());
    const BudgetVerdict early = budget.check("", kPicoPerUsd / 10 + kCent, midnight);
    CHECK(early.answer == BudgetAnswer::forecast);
    CHECK(describe(early) == "budget: the cap for the day would be reached before its end");
    CHECK(budget.check("", kPicoPerUsd / 2, kNoon).granted());
    CHECK_FALSE(budget.check("", kPicoPerUsd / 2 + kCent, kNoon).granted());
    Budget::Hold hold;
    CHECK(budget.reserve("", kPicoPerUsd / 10, midnight, hold).granted());
    budget.settle(hold, kPicoPerUsd / 10);
    const BudgetState state = budget.states(midnight + kDayMs / 20).at(0);
    CHECK(state.forecast == kPicoPerUsd);
    CHECK_FALSE(state.reached_ms.has_value());
}

TEST_CASE("the state says when the cap would be reached") {
    BudgetSpent spent;
    spent.all.of = {kPicoPerUsd / 2, 0};
    Budget budget(caps(kPicoPerUsd * 3 / 4, {}), spent, kNoon);
    const BudgetState state = budget.states(kNoon).at(0);
    CHECK(state.forecast == kPicoPerUsd);
    REQUIRE(state.reached_ms.has_value());
    CHECK(*state.reached_ms == kNoon + kDayMs / 4);
}

TEST_CASE("a model without a price is refused where there is a cap, and only there") {
    Budget limited(caps(kCent, {}), {}, kNoon);
    CHECK(limited.check("", {}, kNoon).answer == BudgetAnswer::unpriced);
    Budget free(caps({}, {}), {}, kNoon);
    CHECK(free.check("", {}, kNoon).granted());
    CHECK_FALSE(BudgetLimits{}.any());
    CHECK(caps(1, {}).any());
}
