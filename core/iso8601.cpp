#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr {
namespace {

// Four-digit years: 0000-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z.
constexpr std::int64_t kFirstMs = -62'167'219'200'000;
constexpr std::int64_t kLastMs = 253'402'300'799'999;

}  // namespace

std::string iso8601(std::int64_t utc_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(std::clamp(utc_ms, kFirstMs, kLastMs))};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace llmr
