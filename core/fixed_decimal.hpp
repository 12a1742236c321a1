#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace llmr {

/// Plain decimal text as an integer of the given number of places, exactly: ("12.5", 3) -> 12500.
/// No sign, exponent or blanks. Errors (invalid_parameter, "is ...", to be finished by the caller
/// with a name): not a plain decimal, more than `places` decimals, above `max_whole`.
Result<std::int64_t> parse_fixed(std::string_view decimal, int places, std::int64_t max_whole);
/// The way back, without trailing zeros: (12500, 3) -> "12.5". Not for negative values.
std::string format_fixed(std::int64_t value, int places);

}  // namespace llmr
