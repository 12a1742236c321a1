#include "routing/breaker.hpp"

#include <string>

#include <doctest/doctest.h>

using llmr::SteadyTime;
using llmr::routing::Breaker;
using llmr::routing::BreakerMap;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const SteadyTime kStart = SteadyTime() + std::chrono::hours(1);

Breaker opened() {
    Breaker breaker;
    for (int i = 0; i < 3; ++i)
        breaker.on_failure(kStart);
    return breaker;
}

}  // namespace

TEST_CASE("a breaker opens after three failures in a row, not before") {
    Breaker breaker;
    for (int i = 0; i < 2; ++i) {
        breaker.on_failure(kStart);
        CHECK(breaker.state(kStart) == Breaker::State::closed);
        CHECK(breaker.allow(kStart));
    }
    breaker.on_failure(kStart);
    CHECK(breaker.state(kStart) == Breaker::State::open);
    CHECK_FALSE(breaker.allow(kStart));
    CHECK_FALSE(breaker.available(kStart + milliseconds(1999)));
}

TEST_CASE("a success in between starts the count again") {
    Breaker breaker;
    breaker.on_failure(kStart);
    breaker.on_failure(kStart);
    breaker.on_success();
    breaker.on_failure(kStart);
    breaker.on_failure(kStart);
    CHECK(breaker.state(kStart) == Breaker::State::closed);
}

TEST_CASE("after the pause one trial goes through, and only one") {
    Breaker breaker = opened();
    const SteadyTime later = kStart + seconds(2);
    CHECK(breaker.state(later) == Breaker::State::half_open);
    CHECK(breaker.available(later));
    CHECK(breaker.available(later));
    CHECK(breaker.allow(later));
    CHECK_FALSE(breaker.available(later));
    CHECK_FALSE(breaker.allow(later));
    breaker.on_success();
    CHECK(breaker.state(later) == Breaker::State::closed);
    CHECK(breaker.allow(later));
    CHECK(breaker.allow(later));
}

TEST_CASE("the pause doubles from 2 s to 60 s with each failed trial, and a success resets it") {
    Breaker breaker = opened();
    SteadyTime now = kStart;
    for (const int pause : {2, 4, 8, 16, 32, 60, 60}) {
        CAPTURE(pause);
        CHECK_FALSE(breaker.available(now + seconds(pause) - milliseconds(1)));
        now += seconds(pause);
        REQUIRE(breaker.allow(now));
        breaker.on_failure(now);
    }
    now += seconds(60);
    REQUIRE(breaker.allow(now));
    breaker.on_success();
    for (int i = 0; i < 3; ++i)
        breaker.on_failure(now);
    CHECK(breaker.available(now + seconds(2)));
}

TEST_CASE("late failures of requests sent before it opened do not lengthen the pause") {
    Breaker breaker = opened();
    for (int i = 0; i < 10; ++i)
        breaker.on_failure(kStart + seconds(1));
    CHECK(breaker.allow(kStart + seconds(2)));
}

TEST_CASE("Retry-After opens at once and is waited for, up to five minutes") {
    const struct {
        int asked;
        int waited;
    } rows[] = {{1, 2}, {20, 20}, {300, 300}, {86400, 300}};
    for (const auto& row : rows) {
        CAPTURE(row.asked);
        Breaker breaker;
        breaker.on_failure(kStart, seconds(row.asked));
        CHECK(breaker.state(kStart) == Breaker::State::open);
        CHECK_FALSE(breaker.available(kStart + seconds(row.waited) - milliseconds(1)));
        CHECK(breaker.available(kStart + seconds(row.waited)));
    }
    Breaker closed;
    closed.on_failure(kStart, seconds(-7));
    CHECK(closed.state(kStart) == Breaker::State::closed);
}

TEST_CASE("Retry-After lengthens a pause that is running, and never shortens one") {
    Breaker breaker = opened();
    breaker.on_failure(kStart, seconds(30));
    CHECK_FALSE(breaker.available(kStart + seconds(29)));
    breaker.on_failure(kStart + seconds(1), seconds(2));
    CHECK_FALSE(breaker.available(kStart + seconds(29)));
    CHECK(breaker.available(kStart + seconds(30)));
}

TEST_CASE("a trial that never reports back does not hold the breaker for ever") {
    Breaker breaker = opened();
    const SteadyTime trial = kStart + seconds(2);
    REQUIRE(breaker.allow(trial));
    CHECK_FALSE(breaker.allow(trial + seconds(59)));
    CHECK(breaker.allow(trial + seconds(60)));
    CHECK_FALSE(breaker.allow(trial + seconds(61)));
}

TEST_CASE("breakers of different upstreams and models are apart") {
    BreakerMap map;
    CHECK(map.available(0, "mistral:7b", kStart));
    for (int i = 0; i < 3; ++i)
        map.at(0, "mistral:7b").on_failure(kStart);
    CHECK_FALSE(map.available(0, "mistral:7b", kStart));
    CHECK(map.available(1, "mistral:7b", kStart));
    CHECK(map.available(0, "mistral", kStart));
    map.at(0, "mistral:7b").on_success();
    CHECK(map.available(0, "mistral:7b", kStart));
}

TEST_CASE("made-up names do not fill the map: past the limit they share a breaker") {
    BreakerMap map;
    Breaker& first = map.at(2, "name-0");
    for (int i = 1; i < 4096; ++i)
        map.at(2, "name-" + std::to_string(i));
    Breaker& shared = map.at(2, "one-more");
    CHECK(&shared == &map.at(2, "and-another"));
    CHECK(&shared != &map.at(3, "and-another"));
    CHECK(&first == &map.at(2, "name-0"));
    for (int i = 0; i < 3; ++i)
        shared.on_failure(kStart);
    CHECK_FALSE(map.available(2, "never-seen", kStart));
    CHECK(map.available(2, "name-7", kStart));
}

TEST_CASE("a rest that the upstream asks for is no failure, and a success does not end it") {
    Breaker breaker;
    const SteadyTime start{};
    breaker.rest(start, std::chrono::seconds(10));
    CHECK_FALSE(breaker.available(start + std::chrono::seconds(9)));
    CHECK(breaker.state(start) == Breaker::State::open);
    breaker.on_success();
    CHECK_FALSE(breaker.allow(start + std::chrono::seconds(9)));
    CHECK(breaker.allow(start + std::chrono::seconds(10)));
    CHECK(breaker.state(start + std::chrono::seconds(10)) == Breaker::State::closed);
    breaker.rest(start, std::chrono::hours(5));
    CHECK(breaker.available(start + std::chrono::seconds(300)));
}

TEST_CASE("the summary of an upstream: how many have tripped, and when the last may be tried") {
    BreakerMap map;
    CHECK(map.summary(1).tripped == 0);
    CHECK(map.summary(1).open_until == SteadyTime::min());
    for (int i = 0; i < 3; ++i) {
        map.at(0, "of another upstream").on_failure(kStart);
        map.at(1, "a").on_failure(kStart);
        map.at(1, "b").on_failure(kStart + seconds(1));
        map.at(2, "of another upstream").on_failure(kStart);
    }
    map.at(1, "c");
    CHECK(map.summary(1).tripped == 2);
    CHECK(map.summary(1).open_until == kStart + seconds(3));
    map.at(1, "c").rest(kStart, seconds(60));
    CHECK(map.summary(1).tripped == 2);
    CHECK(map.summary(1).open_until == kStart + seconds(60));
    map.at(1, "a").on_success();
    CHECK(map.summary(1).tripped == 1);
    map.forget(1);
    CHECK(map.summary(1).tripped == 0);
}
