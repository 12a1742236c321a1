#include "core/usd_amount.hpp"

#include <algorithm>

namespace llmr {
namespace {

constexpr std::size_t kDecimals = 12;
constexpr PicoUsd kMostUsd = 9'000'000;

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<PicoUsd> parse_usd_amount(std::string_view decimal) {
    const bool negative = decimal.starts_with('-');
    if (negative) decimal.remove_prefix(1);
    const std::size_t point = decimal.find('.');
    const std::string_view whole = decimal.substr(0, point);
    const std::string_view rest =
        point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1);
    if (whole.size() + rest.size() == 0 || !all_digits(whole) || !all_digits(rest))
        return Error(Errc::invalid_parameter, "must be a plain decimal number such as 0.015");
    PicoUsd amount = 0;
    for (const char c : whole) {
        amount = amount * 10 + (c - '0');
        if (amount > kMostUsd) return Error(Errc::invalid_parameter, "is above 9000000 USD");
    }
    for (std::size_t i = 0; i < kDecimals; ++i)
        amount = amount * 10 + (i < rest.size() ? rest[i] - '0' : 0);
    if (rest.size() > kDecimals && rest[kDecimals] >= '5') ++amount;
    return negative ? -amount : amount;
}

}  // namespace llmr
