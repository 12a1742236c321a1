#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time_zone.hpp"

namespace llmr {

enum class TimeStep : std::uint8_t { hour, day, week, month };
std::string_view to_string(TimeStep step);
std::optional<TimeStep> parse_time_step(std::string_view name);

/// Cuts [from_ms, to_ms) at the local hours, days, weeks (from Monday) or months of `zone`: the
/// edges of n buckets are n + 1 instants, from `from_ms` to `to_ms`; the first and the last bucket
/// may be part of a step. A day has 23 or 25 hours where clocks change; an hour ends where they do.
/// Error: more than `most` buckets (invalid_parameter, without a name). Empty if to_ms <= from_ms.
Result<std::vector<std::int64_t>> bucket_edges(const TimeZone& zone, TimeStep step,
                                               std::int64_t from_ms, std::int64_t to_ms,
                                               std::size_t most);

/// The first instant of the step that `utc_ms` is in.
std::int64_t step_start(const TimeZone& zone, TimeStep step, std::int64_t utc_ms);

}  // namespace llmr
