// Checked against the C library, which knows one zone per process: fine in a test, not in a daemon.
#include "core/time_zone.hpp"

#include <cstdlib>
#include <ctime>
#include <random>

#include <doctest/doctest.h>

#include "core/time_buckets.hpp"
#include "tests/support/time_zones.hpp"

using namespace llmr;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t k2026 = 1'767'225'600'000;  // 2026-01-01 00:00 UTC

class LibcZone {
public:
    explicit LibcZone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~LibcZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
    LibcZone(const LibcZone&) = delete;
    LibcZone& operator=(const LibcZone&) = delete;

    long offset_s(std::int64_t utc_s) const {
        const std::time_t time = utc_s;
        std::tm local{};
        ::localtime_r(&time, &local);
        return local.tm_gmtoff;
    }
};

TimeZone zone(const char* name) {
    Result<TimeZone> loaded = TimeZone::load(name);
    REQUIRE_MESSAGE(loaded.has_value(), name);
    return *loaded;
}

std::vector<std::int64_t> edges(const TimeZone& where, TimeStep step, std::int64_t from,
                                std::int64_t to) {
    return bucket_edges(where, step, from, to, 100'000).value();
}

}  // namespace

TEST_CASE("offsets are those of the C library") {
    std::mt19937_64 random(11);
    std::uniform_int_distribution<std::int64_t> seconds(0, 4'102'444'800);  // until 2100
    for (const char* name : testing::kZones) {
        CAPTURE(name);
        const TimeZone ours = zone(name);
        const LibcZone theirs(name);
        int differ = 0;
        for (int i = 0; i < 20'000; ++i) {
            const std::int64_t at = seconds(random);
            differ += ours.offset_s(at * 1000) != theirs.offset_s(at);
        }
        // And on both sides of every change of clocks until 2100.
        for (std::int64_t at = ours.next_change_ms(0); at < 4'102'444'800'000;
             at = ours.next_change_ms(at)) {
            differ += ours.offset_s(at) != theirs.offset_s(at / 1000);
            differ += ours.offset_s(at - 1) != theirs.offset_s(at / 1000 - 1);
        }
        CHECK(differ == 0);
    }
}

TEST_CASE("buckets cover the range without gap, in every zone and step") {
    for (const char* name : testing::kZones) {
        CAPTURE(name);
        const TimeZone where = zone(name);
        for (const TimeStep step :
             {TimeStep::hour, TimeStep::day, TimeStep::week, TimeStep::month}) {
            const auto list = edges(where, step, k2026 + 12'345, k2026 + 400 * 24 * kHourMs);
            CHECK(list.front() == k2026 + 12'345);
            CHECK(list.back() == k2026 + 400 * 24 * kHourMs);
            CHECK(std::is_sorted(list.begin(), list.end(), std::less_equal<>()));
            // Inner edges are where a step begins: the instant before belongs to another one.
            int wrong = 0;
            for (std::size_t i = 1; i + 1 < list.size() && step != TimeStep::hour; ++i)
                wrong += step_start(where, step, list[i]) != list[i] ||
                         step_start(where, step, list[i] - 1) >= list[i];
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("days on which clocks change") {
    const TimeZone berlin = zone("Europe/Berlin");
    const auto day = [](const TimeZone& where, std::int64_t noon) {
        const std::int64_t start = step_start(where, TimeStep::day, noon);
        const auto list = edges(where, TimeStep::day, start, start + 40 * kHourMs);
        return (list[1] - list[0]) / kHourMs;
    };
    const std::int64_t march_29 = k2026 + 87 * 24 * kHourMs + 12 * kHourMs;
    const std::int64_t october_25 = k2026 + 297 * 24 * kHourMs + 12 * kHourMs;
    CHECK(day(berlin, march_29) == 23);
    CHECK(day(berlin, march_29 + 24 * kHourMs) == 24);
    CHECK(day(berlin, october_25) == 25);
    CHECK(berlin.iso8601(step_start(berlin, TimeStep::day, march_29)) ==
          "2026-03-29T00:00:00+01:00");
    CHECK(berlin.iso8601(march_29) == "2026-03-29T14:00:00+02:00");

    // Cuba goes from 00:00 to 01:00: the day begins at one.
    const TimeZone havana = zone("America/Havana");
    const std::int64_t march_8 = k2026 + 66 * 24 * kHourMs + 17 * kHourMs;
    CHECK(havana.iso8601(step_start(havana, TimeStep::day, march_8)) ==
          "2026-03-08T01:00:00-04:00");
    CHECK(day(havana, march_8) == 23);
}

TEST_CASE("zones a quarter of an hour off, and a skipped date") {
    const TimeZone nepal = zone("Asia/Kathmandu");
    const std::int64_t start = step_start(nepal, TimeStep::day, k2026 + kHourMs);
    CHECK(nepal.iso8601(start) == "2026-01-01T00:00:00+05:45");
    CHECK((k2026 - start) == 5 * kHourMs + kHourMs * 3 / 4);

    // Samoa had no 30 December 2011.
    const TimeZone apia = zone("Pacific/Apia");
    const std::int64_t dec_29 = 1'325'152'800'000;  // 2011-12-29 10:00 UTC, midnight there
    const auto list = edges(apia, TimeStep::day, dec_29, dec_29 + 48 * kHourMs);
    REQUIRE(list.size() == 3);
    CHECK(apia.iso8601(list[1]) == "2011-12-31T00:00:00+14:00");

    // Lord Howe moves by half an hour: the hour that clocks repeat half of is cut where they do.
    const TimeZone howe = zone("Australia/Lord_Howe");
    const std::int64_t april_4 = 1'775'314'800'000;  // 2026-04-04 15:00 UTC, the change
    const auto hours = edges(howe, TimeStep::hour, april_4 - kHourMs, april_4 + kHourMs);
    CHECK(hours.size() == 4);
    CHECK(howe.iso8601(hours[1]) == "2026-04-05T01:30:00+10:30");
}

TEST_CASE("a name that is none is refused with the nearest") {
    for (const char* name :
         {"Europe/Berln", "berlin", "../../etc/passwd", "/etc/passwd", "", "CET "}) {
        const Result<TimeZone> loaded = TimeZone::load(name);
        REQUIRE_FALSE(loaded.has_value());
        CHECK(loaded.error().param == "tz");
        CHECK(loaded.error().message.find("nearest valid: ") != std::string::npos);
    }
    CHECK(TimeZone::load("Europe/Berln").error().message.ends_with("Europe/Berlin"));
    CHECK(TimeZone::load("berlin").error().message.ends_with("Europe/Berlin"));
    CHECK(TimeZone::load("tzdata.zi").has_error());
}

TEST_CASE("a broken file is refused, at every length and byte") {
    ZoneTable out;
    CHECK(append_posix_rule("CET-1CEST,M3.5.0,M10.5.0/3", 0, out));
    CHECK_FALSE(append_posix_rule("CET-1CEST,M3.5.0", 0, out));
    CHECK_FALSE(append_posix_rule("CET-1CEST,M13.5.0,M10.5.0", 0, out));
    CHECK_FALSE(append_posix_rule("", 0, out));
    CHECK(parse_tzif("").has_error());
    CHECK(parse_tzif(std::string(200, 'T')).has_error());
    CHECK(parse_tzif("TZif2" + std::string(200, '\xff')).has_error());
}
