#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace llmr {

/// From `utc_s` on, local clocks are `offset_s` ahead of UTC.
struct ZoneTransition {
    std::int64_t utc_s = 0;
    std::int32_t offset_s = 0;
    bool operator==(const ZoneTransition&) const = default;
};

/// A time zone as a list of offsets, in order of time.
struct ZoneTable {
    std::int32_t first_offset_s = 0;  ///< before the first transition
    std::vector<ZoneTransition> transitions;
};

/// Reads a compiled time zone file (TZif, RFC 8536, version 2 or newer). The rule in its footer is
/// written out until the year 2200, so that a look-up needs the list alone. Errors: bad_request for
/// anything that is not such a file.
Result<ZoneTable> parse_tzif(std::string_view bytes);

/// Appends what a POSIX TZ rule ("CET-1CEST,M3.5.0,M10.5.0/3") says of the years from that of
/// `after_s` to 2200. False if the rule does not parse.
bool append_posix_rule(std::string_view rule, std::int64_t after_s, ZoneTable& table);

}  // namespace llmr
