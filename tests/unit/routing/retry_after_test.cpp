#include "routing/retry_after.hpp"

#include <doctest/doctest.h>

using llmr::routing::retry_after_seconds;

namespace {

constexpr std::int64_t kNow = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

}  // namespace

TEST_CASE("Retry-After in seconds, in milliseconds and as a date in each of its forms") {
    CHECK(retry_after_seconds("7", "", kNow) == 7);
    CHECK(retry_after_seconds(" 0 ", "", kNow) == 0);
    CHECK(retry_after_seconds("1.2", "", kNow) == 2);
    CHECK(retry_after_seconds("", "250", kNow) == 1);
    CHECK(retry_after_seconds("60", "1500", kNow) == 2);
    CHECK(retry_after_seconds("Sun, 06 Nov 1994 08:50:37 GMT", "", kNow) == 60);
    CHECK(retry_after_seconds("Sunday, 06-Nov-94 08:50:37 GMT", "", kNow) == 60);
    CHECK(retry_after_seconds("Sun Nov  6 08:50:37 1994", "", kNow) == 60);
    CHECK(retry_after_seconds("Sun, 06 Nov 1994 08:50:37 GMT", "", kNow + 500) == 60);
}

TEST_CASE("a date that is over means now, and nobody is heard for more than a day") {
    CHECK(retry_after_seconds("Sun, 06 Nov 1994 08:49:36 GMT", "", kNow) == 0);
    CHECK(retry_after_seconds("99999999999999999999", "", kNow) == 86'400);
    CHECK(retry_after_seconds("1e999", "", kNow) == 86'400);
    CHECK(retry_after_seconds("Sun, 06 Nov 2094 08:49:37 GMT", "", kNow) == 86'400);
}

TEST_CASE("what is neither says nothing") {
    for (const char* text : {"", "soon", "-1", "nan", "7 s", "Sun, 06 Nov 1994 08:49:37 GMT+1",
                             "Sun, 32 Nov 1994 08:49:37 GMT", "06 Nov 1994"}) {
        CAPTURE(text);
        CHECK_FALSE(retry_after_seconds(text, "", kNow).has_value());
    }
}
