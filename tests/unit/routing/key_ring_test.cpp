#include "routing/key_ring.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;
using std::chrono::seconds;

TEST_CASE("a key is used until it is limited, then the next one") {
    KeyRing ring;
    const SteadyTime start{};
    CHECK(ring.choose(3, start) == 0);
    CHECK(ring.choose(3, start) == 0);
    ring.rest(0, seconds(10), start);
    CHECK(ring.choose(3, start) == 1);
    ring.rest(1, seconds(5), start);
    CHECK(ring.choose(3, start) == 2);
    // The first is free again, and the one in use stays.
    CHECK(ring.choose(3, start + seconds(11)) == 2);
}

TEST_CASE("where all keys rest it is the one that is free soonest") {
    KeyRing ring;
    const SteadyTime start{};
    ring.rest(0, seconds(30), start);
    ring.rest(1, seconds(20), start);
    CHECK_FALSE(ring.any_free(2, start));
    CHECK(ring.choose(2, start) == 1);
    CHECK(ring.any_free(2, start + seconds(20)));
    CHECK(ring.choose(2, start + seconds(20)) == 1);
}

TEST_CASE("a limit without a time rests for a second, and a longer rest is never cut short") {
    KeyRing ring;
    const SteadyTime start{};
    ring.rest(0, seconds(0), start);
    CHECK_FALSE(ring.any_free(1, start));
    CHECK(ring.any_free(1, start + seconds(1)));
    ring.rest(0, seconds(60), start);
    ring.rest(0, seconds(1), start);
    CHECK_FALSE(ring.any_free(1, start + seconds(59)));
}

TEST_CASE("a reload may leave fewer keys, or more") {
    KeyRing ring;
    const SteadyTime start{};
    ring.rest(0, seconds(60), start);
    ring.rest(1, seconds(60), start);
    CHECK(ring.choose(3, start) == 2);
    CHECK(ring.choose(1, start) == 0);
    CHECK(ring.choose(5, start) == 2);
}
