#include "core/energy.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime kStart{1000s};

}  // namespace

TEST_SUITE("energy") {
    TEST_CASE("one attempt alone gets power times time") {
        EnergyShare energy;
        energy.set_power(kStart, 65'000);
        auto use = energy.begin(kStart + 10s);
        CHECK(use.end(kStart + 12s) == 130'000'000);  // 65 W for 2 s
        CHECK(use.end(kStart + 13s) == 0);
    }

    TEST_CASE("attempts that overlap share, and the shares add up to the busy time") {
        EnergyShare energy;
        energy.set_power(kStart, 100'000);
        auto first = energy.begin(kStart);
        auto second = energy.begin(kStart + 1s);
        const std::int64_t first_share = first.end(kStart + 3s);    // 1 s alone, 2 s halved
        const std::int64_t second_share = second.end(kStart + 4s);  // 2 s halved, 1 s alone
        CHECK(first_share == 200'000'000);
        CHECK(second_share == 200'000'000);
    }

    TEST_CASE("a change of power counts from its moment on") {
        EnergyShare energy;
        energy.set_power(kStart, 10'000);
        auto use = energy.begin(kStart);
        energy.set_power(kStart + 1s, 30'000);
        CHECK(use.end(kStart + 2s) == 40'000'000);
    }

    TEST_CASE("time in which nothing runs costs nothing") {
        EnergyShare energy;
        energy.set_power(kStart, 10'000);
        auto early = energy.begin(kStart);
        CHECK(early.end(kStart + 1s) == 10'000'000);
        auto late = energy.begin(kStart + 100s);
        CHECK(late.end(kStart + 101s) == 10'000'000);
    }

    TEST_CASE("a use that is moved or dropped is counted once") {
        EnergyShare energy;
        energy.set_power(kStart, 10'000);
        auto kept = energy.begin(kStart);
        {
            auto dropped = energy.begin(kStart);
        }
        EnergyShare::Use moved = std::move(kept);
        CHECK_FALSE(kept);
        CHECK(moved);
    }

    TEST_CASE("a kilowatt hour costs its price") {
        CHECK(energy_cost(3'600'000'000'000, 300'000) == 3 * kPicoPerUsd / 10);
        CHECK(energy_cost(0, 300'000) == 0);
        CHECK(energy_cost(130'000'000, 300'000) == 10'833'333);  // 65 W for 2 s: 10.8 micro-USD
    }

    TEST_CASE("threads share without losing any") {
        EnergyShare energy;
        energy.set_power(steady_now(), 1000);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&energy] {
                for (int n = 0; n < 2000; ++n) {
                    auto use = energy.begin(steady_now());
                    CHECK(use.end(steady_now()) >= 0);
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        auto alone = energy.begin(kStart + 1'000'000'000s);
        CHECK(alone.end(kStart + 1'000'000'001s) == 1'000'000);
    }
}
