#include "daemon/time_param.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::daemon;

TEST_CASE("instants in every spelling") {
    const TimeZone utc;
    const TimeZone nepal = TimeZone::load("Asia/Kathmandu").value();
    struct Case {
        const char* text;
        const TimeZone* zone;
        const char* means;
    };
    const Case cases[] = {
        {"2026-01-31", &utc, "2026-01-31T00:00:00Z"},
        {"2026-01-31", &nepal, "2026-01-30T18:15:00Z"},
        {"2026-01-31T12:30", &nepal, "2026-01-31T06:45:00Z"},
        {"2026-01-31T12:30:15.250", &utc, "2026-01-31T12:30:15.250Z"},
        {"2026-01-31T12:30Z", &nepal, "2026-01-31T12:30:00Z"},
        {"2026-01-31T12:30:00-03:30", &utc, "2026-01-31T16:00:00Z"},
        {"2026-01-31T12:30:00 05:45", &utc, "2026-01-31T06:45:00Z"},  // a plus, as URLs decode it
        {"1769862600000", &nepal, "2026-01-31T12:30:00Z"},
        {"0", &utc, "1970-01-01T00:00:00Z"}};
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto parsed = parse_instant(one.text, *one.zone, "from");
        REQUIRE(parsed.has_value());
        CHECK(utc.iso8601(*parsed) == one.means);
    }
}

TEST_CASE("what is no instant is refused with the parameter and the nearest valid value") {
    struct Case {
        const char* text;
        const char* nearest;
    };
    const Case cases[] = {{"1769862600", "1769862600000"},
                          {"2026", "2026-01-01"},
                          {"2026-02-30", ""},
                          {"2026-1-5", ""},
                          {"2026-01-31T25:00", ""},
                          {"2026-01-31T12:30+", ""},
                          {"yesterday", ""},
                          {"", ""},
                          {"-5", ""},
                          {"1960-01-01", "1970-01-01"},
                          {"9999-01-01", "2200-01-01"},
                          {"2026-01-31T12:30:00Zx", ""}};
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto parsed = parse_instant(one.text, TimeZone(), "to");
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().param == "to");
        CHECK(parsed.error().message.find(std::string("nearest valid: ") + one.nearest) !=
              std::string::npos);
    }
}

TEST_CASE("ranges") {
    const auto range =
        read_range({{"from", "2026-03-29"}, {"to", "2026-03-30"}, {"tz", "Europe/Berlin"}}, 0);
    REQUIRE(range.has_value());
    CHECK(range->range.to_ms - range->range.from_ms == 23 * 3'600'000);
    CHECK(read_range({}, 0)->range.is_everything());
    CHECK(read_range({{"from", "2026-03-29"}, {"to", "2026-03-29"}}, 0).error().param == "to");
    CHECK(read_range({{"since", "7d"}, {"from", "2026-03-29"}}, 0).error().param == "since");
    CHECK(read_range({{"tz", "Europe/Berln"}}, 0).error().param == "tz");
}
