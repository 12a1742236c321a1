#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace llmr::routing {

/// "2025-05-04T14:56:49.277302595-07:00" -> UTC milliseconds (finer digits are cut). Nothing if it
/// is not an RFC 3339 time.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace llmr::routing
