#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "core/text.hpp"

TEST_CASE("times are written as ISO 8601 in UTC with milliseconds") {
    CHECK(llmr::iso8601(0) == "1970-01-01T00:00:00.000Z");
    CHECK(llmr::iso8601(1'769'860'800'123) == "2026-01-31T12:00:00.123Z");
    CHECK(llmr::iso8601(951'782'399'999) == "2000-02-28T23:59:59.999Z");
    CHECK(llmr::iso8601(951'782'400'000) == "2000-02-29T00:00:00.000Z");
    CHECK(llmr::iso8601(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("times beyond four-digit years are held at the limits") {
    CHECK(llmr::iso8601(std::numeric_limits<std::int64_t>::max()) == "9999-12-31T23:59:59.999Z");
    CHECK(llmr::iso8601(std::numeric_limits<std::int64_t>::min()) == "0000-01-01T00:00:00.000Z");
}
