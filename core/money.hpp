#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace llmr {

/// An amount in pico-USD (1e-12 USD). 64 bits hold 9.2 million USD.
using PicoUsd = std::int64_t;
inline constexpr PicoUsd kPicoPerUsd = 1'000'000'000'000;

/// Decimal text in USD per million tokens -> pico-USD per token, exactly: "0.15" -> 150000.
/// Errors (invalid_parameter): not a plain decimal, more than 6 decimals, negative, above 1000.
Result<PicoUsd> parse_usd_per_million(std::string_view decimal);

/// Exact decimal USD without trailing zeros: 12345000 -> "0.000012345", 0 -> "0".
std::string format_usd(PicoUsd amount);

}  // namespace llmr
