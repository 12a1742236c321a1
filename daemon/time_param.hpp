#pragma once

#include <cstdint>
#include <string_view>

#include "core/error.hpp"
#include "core/time_zone.hpp"
#include "daemon/query_string.hpp"
#include "storage/range_cover.hpp"

namespace llmr::daemon {

/// An instant in UTC milliseconds from a date (its first instant in `zone`), a date and time (local
/// in `zone` where it states no offset) or milliseconds since 1970. `name` is that of the
/// parameter. Errors: invalid_parameter with the nearest valid value.
Result<std::int64_t> parse_instant(std::string_view text, const TimeZone& zone,
                                   std::string_view name);

/// What the parameters tz, from, to and since say.
struct RangeParams {
    TimeZone zone;
    storage::TimeRange range;
    bool has_from = false;
    bool has_to = false;
};
/// `since` is the older spelling of `from`, with spans counted from `now_ms`; one of both.
Result<RangeParams> read_range(const QueryParams& params, std::int64_t now_ms);

/// A parameter, or an empty text.
std::string_view param_at(const QueryParams& params, std::string_view name);

/// The error for a value that is not one of `names`: names the nearest.
Error unknown_choice(std::string_view name, std::string_view value,
                     std::initializer_list<std::string_view> names);

}  // namespace llmr::daemon
