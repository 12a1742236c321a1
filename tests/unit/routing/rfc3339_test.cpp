#include "routing/rfc3339.hpp"

#include <optional>

#include <doctest/doctest.h>

using llmr::routing::parse_rfc3339;

TEST_CASE("RFC 3339 times become UTC milliseconds") {
    const struct {
        const char* text;
        std::int64_t expected;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:01.5z", 1500},
        {"2025-05-04T14:56:49.277302595-07:00", 1746395809277},
        {"2025-05-05T03:26:49.277+05:30", 1746395809277},
        {"2024-02-29 23:59:59.001Z", 1709251199001},
        {"1969-12-31T23:59:59Z", -1000},
        {"2016-12-31T23:59:60Z", 1483228800000},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_rfc3339(row.text) == std::optional<std::int64_t>(row.expected));
    }
}

TEST_CASE("what is no RFC 3339 time is nothing") {
    for (const char* text :
         {"", "2025", "2025-05-04", "2025-05-04T14:56:49", "2025-05-04T14:56:49.Z",
          "2025-13-04T14:56:49Z", "2025-02-29T00:00:00Z", "2025-05-04T24:00:00Z",
          "2025-05-04T14:61:49Z", "2025-05-04T14:56:49Zx", "2025-05-04T14:56:49+0700",
          "-025-05-04T14:56:49Z", "2025-05-04T14:56:49.1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text).has_value());
    }
}
