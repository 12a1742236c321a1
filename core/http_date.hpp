#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace llmr {

/// UTC milliseconds of an HTTP date in any of the three forms that RFC 9110 5.6.7 has recipients
/// accept: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37
/// 1994". Nothing if it is none of them.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace llmr
