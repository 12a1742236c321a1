#pragma once

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "routing/price_row.hpp"

namespace llmr::routing {

/// Reads the project's own price format: per line a name, then input, output, cache read and cache
/// write in USD per million tokens ("-" where not stated; the last two may be missing), separated
/// by tabs or blanks, then any of `write_1h=PRICE`, `reasoning=PRICE`, `above=PROMPT_TOKENS`,
/// `tier=batch|flex|priority`, `from=DATE` (or RFC 3339 time). '#' starts a comment. Errors:
/// invalid_parameter with the line's number, the model's name and the fault.
Result<std::vector<PriceRow>> parse_price_table(std::string_view text);

}  // namespace llmr::routing
