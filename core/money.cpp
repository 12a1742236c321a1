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

/// amount / unit without trailing zeros, where `unit` is 10^`places`.
std::string format_decimal(PicoUsd amount, PicoUsd unit_amount, std::size_t places) {
    const bool negative = amount < 0;
    const auto bits = static_cast<std::uint64_t>(amount);
    const std::uint64_t magnitude = negative ? 0 - bits : bits;
    const auto unit = static_cast<std::uint64_t>(unit_amount);

    std::string text = negative ? "-" : "";
    text += std::to_string(magnitude / unit);
    if (magnitude % unit == 0) return text;
    const std::string digits = std::to_string(magnitude % unit);
    std::string decimals = std::string(places - digits.size(), '0') + digits;
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return text + "." + decimals;
}

/// A decimal number as `digits` x 10^`exponent`.
__extension__ using Wide = unsigned __int128;
struct Decimal {
    Wide digits = 0;
    int exponent = 0;
};

/// Takes the digits at the front of `text`. Beyond what Wide holds they are dropped: so far behind
/// the first that they cannot change a rounding to the twelfth decimal.
void take_digits(std::string_view& text, Decimal& number, bool fraction) {
    constexpr Wide kRoom = static_cast<Wide>(-1) / 100;
    std::size_t count = 0;
    for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count) {
        if (number.digits >= kRoom) {
            if (!fraction) ++number.exponent;
            continue;
        }
        number.digits = number.digits * 10 + static_cast<Wide>(text[count] - '0');
        if (fraction) --number.exponent;
    }
    text.remove_prefix(count);
}

/// JSON's grammar of numbers, leading zeros allowed; no sign.
std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal number;
    std::size_t before = text.size();
    take_digits(text, number, /*fraction=*/false);
    if (text.size() == before) return std::nullopt;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        before = text.size();
        take_digits(text, number, /*fraction=*/true);
        if (text.size() == before) return std::nullopt;
    }
    if (text.empty()) return number;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    const bool down = text.starts_with('-');
    if (down || text.starts_with('+')) text.remove_prefix(1);
    if (!all_digits(text)) return std::nullopt;
    constexpr PicoUsd kFar = 10'000;  // beyond every amount, and far from overflow
    const int shift = static_cast<int>(saturating_number(text, kFar));
    number.exponent += down ? -shift : shift;
    return number;
}

struct Scaled {
    Wide amount = 0;
    bool noise = true;  ///< what rounding changed is less than a millionth
};

/// `number` x 10^12, rounded half up. Nothing if it is above `limit`.
std::optional<Scaled> to_pico(const Decimal& number, Wide limit) {
    Scaled scaled;
    scaled.amount = number.digits;
    if (number.digits == 0) return scaled;
    int shift = number.exponent + 12;
    for (; shift > 0; --shift) {
        scaled.amount *= 10;
        if (scaled.amount > limit) return std::nullopt;
    }
    if (shift < 0) {
        constexpr int kMostDigits = 38;  // a divisor beyond all digits leaves nothing
        Wide divisor = 1;
        for (int i = 0; i < std::min(-shift, kMostDigits); ++i)
            divisor *= 10;
        const Wide rest = number.digits % divisor;
        const bool up = -shift <= kMostDigits && rest >= divisor - rest;
        scaled.amount = -shift > kMostDigits ? 0 : number.digits / divisor + (up ? 1 : 0);
        const Wide change = up ? divisor - rest : rest;
        scaled.noise = change <= number.digits / 1'000'000;
    }
    if (scaled.amount > limit) return std::nullopt;
    return scaled;
}

}  // namespace

Result<PicoUsd> parse_usd(std::string_view decimal) {
    if (decimal.starts_with('-')) return bad_price("an amount cannot be negative");
    const auto number = parse_decimal(decimal);
    if (!number) return bad_price("an amount must be a decimal number");
    constexpr PicoUsd kMost = 9'000'000 * kPicoPerUsd;
    const auto scaled = to_pico(*number, static_cast<Wide>(kMost));
    if (!scaled) return bad_price("an amount above 9 million USD is taken for a mistake");
    return static_cast<PicoUsd>(scaled->amount);
}

Result<PicoUsd> parse_usd_per_token(std::string_view decimal) {
    if (decimal.starts_with('-')) return bad_price("a price cannot be negative");
    const auto number = parse_decimal(decimal);
    if (!number) return bad_price("a price must be a decimal number such as 1.5e-07");
    const auto scaled =
        to_pico(*number, static_cast<Wide>(kMaxUsdPerMillion * kPicoPerTokenPerUsd));
    if (!scaled)
        return bad_price("a price above 1000 USD per million tokens is taken for a mistake");
    if (!scaled->noise) return bad_price("a price per token has at most 12 decimals");
    return static_cast<PicoUsd>(scaled->amount);
}

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
    return format_decimal(amount, kPicoPerUsd, 12);
}

std::string format_usd_per_million(PicoUsd per_token) {
    return format_decimal(per_token, kPicoPerTokenPerUsd, kMaxDecimals);
}

}  // namespace llmr
