#pragma once

#include <string_view>

#include "core/error.hpp"
#include "core/money.hpp"

namespace llmr {

/// Decimal text in USD -> pico-USD, exactly: "0.015" -> 15000000000. Zeros beyond 12 decimals are
/// dropped, other digits there rounded half up. Errors (invalid_parameter): not a plain decimal,
/// more than 9,000,000 USD.
Result<PicoUsd> parse_usd_amount(std::string_view decimal);

}  // namespace llmr
