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

/// Decimal text in USD, an exponent allowed, -> pico-USD, rounded half up to the twelfth decimal:
/// "0.0000000000015" -> 2. For amounts that a provider states. Errors (invalid_parameter): not a
/// decimal number, negative, more than 9 million.
Result<PicoUsd> parse_usd(std::string_view decimal);

/// Decimal text in USD per token, as price maps of others have it, -> pico-USD per token:
/// "1.5e-07" -> 150000. Digits beyond the twelfth decimal are rounded half up where they are noise
/// of binary floats (less than a millionth of the price). Errors (invalid_parameter): otherwise
/// finer than a pico-USD, not a decimal number, negative, above 1000 USD per million tokens.
Result<PicoUsd> parse_usd_per_token(std::string_view decimal);

/// Exact decimal USD without trailing zeros: 12345000 -> "0.000012345", 0 -> "0".
std::string format_usd(PicoUsd amount);
/// The inverse of parse_usd_per_million: 150000 -> "0.15".
std::string format_usd_per_million(PicoUsd per_token);

}  // namespace llmr
