#include "routing/rate_limit.hpp"

#include <map>
#include <optional>
#include <string>

#include <doctest/doctest.h>

using namespace llmr::routing;

namespace {

using Headers = std::map<std::string, std::string>;

/// 2026-01-31T12:00:00Z
constexpr std::int64_t kNow = 1'769'860'800'000;

std::optional<int> limited(const Headers& headers) {
    return limited_for_seconds(
        [&headers](std::string_view name) -> std::string_view {
            const auto found = headers.find(std::string(name));
            return found == headers.end() ? std::string_view() : found->second;
        },
        kNow);
}

}  // namespace

TEST_CASE("a limit that is used up is over at its reset, in each provider's words") {
    CHECK(limited({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "6m0s"}}) == 360);
    CHECK(limited({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "12ms"}}) ==
          1);
    CHECK(limited({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "59"}}) ==
          59);
    CHECK(limited({{"anthropic-ratelimit-requests-remaining", "0"},
                   {"anthropic-ratelimit-requests-reset", "2026-01-31T12:00:09.2Z"}}) == 10);
    CHECK(limited({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1769860803000"}}) == 3);
}

TEST_CASE("of several limits the longest wait counts") {
    CHECK(limited({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "2s"},
                   {"x-ratelimit-remaining-tokens", "0"},
                   {"x-ratelimit-reset-tokens", "1m1.5s"}}) == 62);
}

TEST_CASE("what is left, unknown or over is no limit") {
    CHECK_FALSE(limited({}));
    CHECK_FALSE(
        limited({{"x-ratelimit-remaining-requests", "1"}, {"x-ratelimit-reset-requests", "6m"}}));
    CHECK_FALSE(
        limited({{"x-ratelimit-remaining-requests", "-1"}, {"x-ratelimit-reset-requests", "6m"}}));
    CHECK_FALSE(limited({{"x-ratelimit-remaining-requests", "0"}}));
    CHECK_FALSE(
        limited({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "soon"}}));
    CHECK_FALSE(limited({{"anthropic-ratelimit-requests-remaining", "0"},
                         {"anthropic-ratelimit-requests-reset", "2026-01-31T11:59:00Z"}}));
}

TEST_CASE("a reset is a day away at most") {
    CHECK(limited({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "999999h"}}) == 86'400);
}

TEST_CASE("durations are read with their units, and nothing else is") {
    CHECK(parse_reset_duration("1h2m3.5s") == 3'723'500);
    CHECK(parse_reset_duration(" 250ms ") == 250);
    CHECK(parse_reset_duration("7") == 7000);
    CHECK(parse_reset_duration("1d") == 86'400'000);
    for (const char* text : {"", "s", "-1s", "1x", "1s2", "1 s", "1e400s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_reset_duration(text));
    }
}
