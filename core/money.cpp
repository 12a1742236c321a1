#include "core/money.hpp"

#include <algorithm>

namespace llmr {
namespace {

// One USD per million tokens is 1e6 pico-USD per token: six decimals are exactly the integers.
constexpr PicoUsd kPicoPerTokenPerUsd = 1'000'000;
constexpr std::size_t kMaxDecimals = 6;
constexpr PicoUsd kMaxUsdPerMillion = 1000;

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error bad_price(const char* why) {
    return Error(Errc::invalid_parameter, why);
}

/// Digits as a number, held at `limit + 1` once they exceed it.
PicoUsd saturating_number(std::string_view digits, PicoUsd limit) {
    PicoUsd number = 0;
    for (const char c : digits)
        number = std::min(number * 10 + (c - '0'), limit + 1);
    return number;
}

}  // namespace

Result<PicoUsd> parse_usd_per_million(std::string_view decimal) {
    if (decimal.starts_with('-')) return bad_price("a price cannot be negative");
    const std::size_t point = decimal.find('.');
    const std::string_view whole = decimal.substr(0, point);
    const bool has_point = point != std::string_view::npos;
    const std::string_view decimals = has_point ? decimal.substr(point + 1) : std::string_view();
    if (!all_digits(whole) || (has_point && !all_digits(decimals))) {
        return bad_price("a price must be a plain decimal number such as 0.15");
    }
    if (decimals.size() > kMaxDecimals) {
        return bad_price("a price in USD per million tokens has at most 6 decimals");
    }
    PicoUsd fraction = saturating_number(decimals, kPicoPerTokenPerUsd);
    for (std::size_t i = decimals.size(); i < kMaxDecimals; ++i)
        fraction *= 10;
    const PicoUsd price =
        saturating_number(whole, kMaxUsdPerMillion) * kPicoPerTokenPerUsd + fraction;
    if (price > kMaxUsdPerMillion * kPicoPerTokenPerUsd) {
        return bad_price("a price above 1000 USD per million tokens is taken for a mistake");
    }
    return price;
}

std::string format_usd(PicoUsd amount) {
    const bool negative = amount < 0;
    const auto bits = static_cast<std::uint64_t>(amount);
    const std::uint64_t magnitude = negative ? 0 - bits : bits;
    const auto unit = static_cast<std::uint64_t>(kPicoPerUsd);

    std::string text = negative ? "-" : "";
    text += std::to_string(magnitude / unit);
    if (magnitude % unit == 0) return text;
    const std::string digits = std::to_string(magnitude % unit);
    std::string decimals = std::string(12 - digits.size(), '0') + digits;
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return text + "." + decimals;
}

}  // namespace llmr
