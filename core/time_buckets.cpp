#include "core/time_buckets.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

namespace llmr {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kHourS = 3600;
constexpr std::int64_t kDayS = 86'400;
constexpr std::array<std::string_view, 4> kNames{"hour", "day", "week", "month"};

std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
    const std::int64_t rest = value % unit;
    return value - rest - (rest < 0 ? unit : 0);
}

/// The date on which the step begins that the local date is in.
sys_days first_day(TimeStep step, sys_days day) {
    if (step == TimeStep::week) return day - (std::chrono::weekday(day) - std::chrono::Monday);
    if (step != TimeStep::month) return day;
    const year_month_day date(day);
    return date.year() / date.month() / 1;
}

sys_days next_first_day(TimeStep step, sys_days first) {
    if (step == TimeStep::week) return first + days(7);
    if (step == TimeStep::day) return first + days(1);
    const year_month_day next = year_month_day(first) + std::chrono::months(1);
    return next;
}

sys_days local_day(const TimeZone& zone, std::int64_t utc_ms) {
    return sys_days(days(floor_to(zone.local_s(utc_ms), kDayS) / kDayS));
}

std::int64_t start_of(const TimeZone& zone, sys_days day) {
    return zone.first_at(day.time_since_epoch().count() * kDayS);
}

/// The next full local hour, or the change of clocks before it.
std::int64_t next_hour(const TimeZone& zone, std::int64_t utc_ms) {
    const std::int64_t offset_ms = std::int64_t{zone.offset_s(utc_ms)} * 1000;
    const std::int64_t full = floor_to(utc_ms + offset_ms, kHourS * 1000) + kHourS * 1000;
    return std::min(full - offset_ms, zone.next_change_ms(utc_ms));
}

std::int64_t next_edge(const TimeZone& zone, TimeStep step, std::int64_t utc_ms) {
    if (step == TimeStep::hour) return next_hour(zone, utc_ms);
    sys_days first = first_day(step, local_day(zone, utc_ms));
    std::int64_t edge = utc_ms;
    // More than once where a zone skipped a whole date, as Samoa did in 2011.
    while (edge <= utc_ms) {
        first = next_first_day(step, first);
        edge = start_of(zone, first);
    }
    return edge;
}

}  // namespace

std::string_view to_string(TimeStep step) {
    return kNames.at(static_cast<std::size_t>(step));
}

std::optional<TimeStep> parse_time_step(std::string_view name) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<TimeStep>(found - kNames.begin());
}

std::int64_t step_start(const TimeZone& zone, TimeStep step, std::int64_t utc_ms) {
    if (step != TimeStep::hour) return start_of(zone, first_day(step, local_day(zone, utc_ms)));
    const std::int64_t offset_ms = std::int64_t{zone.offset_s(utc_ms)} * 1000;
    return floor_to(utc_ms + offset_ms, kHourS * 1000) - offset_ms;
}

Result<std::vector<std::int64_t>> bucket_edges(const TimeZone& zone, TimeStep step,
                                               std::int64_t from_ms, std::int64_t to_ms,
                                               std::size_t most) {
    std::vector<std::int64_t> edges;
    if (to_ms <= from_ms) return edges;
    edges.push_back(from_ms);
    while (edges.back() < to_ms) {
        if (edges.size() > most)
            return Error(Errc::invalid_parameter,
                         fmt::format("more than {} steps of one {}", most, to_string(step)));
        edges.push_back(std::min(next_edge(zone, step, edges.back()), to_ms));
    }
    return edges;
}

}  // namespace llmr
