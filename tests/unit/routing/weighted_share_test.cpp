#include "routing/weighted_share.hpp"

#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "routing/local_share.hpp"

using llmr::routing::ExternalClaim;
using llmr::routing::Grant;
using llmr::routing::LocalShare;
using llmr::routing::ShareHistory;
using llmr::routing::ShareWeight;
using llmr::routing::WeightedShare;

namespace {

constexpr std::int64_t kFivePercent = 5'000;

ExternalClaim claim(std::int64_t local, std::int64_t external) {
    return {true, {}, ShareWeight{local, external}};
}

LocalShare weighted(double threshold, int window) {
    ShareHistory history;
    history.weights.emplace();
    return {threshold, window, history};
}

}  // namespace

TEST_CASE("a query leaves if the whole, it counted, keeps the bound") {
    WeightedShare share(1000, {}, {}, 0);
    CHECK_FALSE(share.allows(1, kFivePercent));
    share.append(1, {1900, false});
    CHECK(share.room(kFivePercent) == 100);
    CHECK(share.allows(100, kFivePercent));
    CHECK_FALSE(share.allows(101, kFivePercent));
    share.append(2, {100, true});
    CHECK(share.room(kFivePercent) == 0);
    CHECK(share.allows(0, kFivePercent));  // what costs nothing takes nothing
}

TEST_CASE("the window counts as the whole does, and forgets") {
    WeightedShare share(2, {}, {}, 0);
    share.append(1, {1'000'000, false});
    share.append(2, {10, false});
    share.append(3, {10, false});
    CHECK(share.in_window().total == 20);
    CHECK(share.all().total == 1'000'020);
    CHECK(share.room(50'000) == 10);
    share.change(1, {1'000'000, false}, {5, false});  // no longer in the window
    CHECK(share.all().total == 25);
    CHECK(share.in_window().total == 20);
    share.change(3, {10, false}, {30, true});
    CHECK(share.in_window().external == 30);
}

TEST_CASE("a restart and a reload keep what is known") {
    const std::vector<WeightedShare::Entry> recent{{7, false}, {3, true}, {10, false}};
    WeightedShare share(2, {120, 13}, recent, 40);
    CHECK(share.all().total == 120);
    CHECK(share.in_window().total == 13);
    CHECK(share.in_window().external == 3);
    share.set_window(1);
    CHECK(share.in_window().total == 10);
    CHECK(share.in_window().external == 0);
}

TEST_CASE("sums near the end of the numbers do not wrap") {
    const std::int64_t huge = std::numeric_limits<std::int64_t>::max() / 4;
    WeightedShare share(10, {huge, 0}, {{huge, false}}, 1);
    CHECK(share.allows(huge / 20, kFivePercent));
    CHECK_FALSE(share.allows(huge, kFivePercent));
}

TEST_CASE("by tokens the bound holds at every moment, whatever the queries come to in the end") {
    std::mt19937 random(20'261'121);
    LocalShare share = weighted(90, 100);
    std::vector<LocalShare::Ticket> running;
    std::int64_t granted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto input = static_cast<std::int64_t>(1 + random() % 2000);
        const auto most = static_cast<std::int64_t>(input + random() % 4000);
        const auto ticket = share.decide(claim(input, most));
        granted += ticket.external ? 1 : 0;
        running.push_back(ticket);
        if (running.size() > 30) {
            const std::size_t pick = random() % running.size();
            LocalShare::Ticket& done = running[pick];
            const std::int64_t least = done.weight.local;
            const std::int64_t span = done.weight.external - least + 1;
            if (random() % 10 == 0) share.give_back(done);
            // A local answer has at least its prompt's tokens, an external one at most the bound.
            share.settle(done, least + static_cast<std::int64_t>(random() % 4000) % span);
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(pick));
        }
        const auto snapshot = share.snapshot();
        REQUIRE(snapshot.weights->external * 10 <= snapshot.weights->total);
    }
    CHECK(granted > 400);
}

TEST_CASE("a fallback within the allowance asks for what it may come to") {
    LocalShare share = weighted(50, 10);
    auto first = share.decide({false, {}, {100, 100}});
    auto second = share.decide({false, {}, {50, 101}});
    CHECK_FALSE(share.move_external(second, true));
    second.weight.external = 99;
    CHECK(share.move_external(second, true));
    CHECK(share.snapshot().weights->external == 99);
    CHECK(share.snapshot().external == 1);
    share.settle(second, 20);
    CHECK(share.snapshot().weights->external == 20);
    CHECK(first.grant == Grant::not_asked);
}
