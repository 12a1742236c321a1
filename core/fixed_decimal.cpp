#include "core/fixed_decimal.hpp"

#include <algorithm>
#include <string>

namespace llmr {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Error fault(std::string why) {
    return {Errc::invalid_parameter, std::move(why)};
}

}  // namespace

Result<std::int64_t> parse_fixed(std::string_view decimal, int places, std::int64_t max_whole) {
    const std::size_t point = std::min(decimal.find('.'), decimal.size());
    const std::string_view whole = decimal.substr(0, point);
    const std::string_view part = decimal.substr(std::min(point + 1, decimal.size()));
    const bool digits = std::all_of(whole.begin(), whole.end(), is_digit) &&
                        std::all_of(part.begin(), part.end(), is_digit);
    if (!digits || whole.empty() || (point < decimal.size() && part.empty())) {
        return fault("is not a plain decimal number");
    }
    const auto wanted = static_cast<std::size_t>(places);
    if (part.size() > wanted) return fault("has more than " + std::to_string(places) + " decimals");
    std::int64_t value = 0;
    for (const char c : whole) {
        value = value * 10 + (c - '0');
        if (value > max_whole) return fault("is above " + std::to_string(max_whole));
    }
    const std::int64_t whole_value = value;
    for (std::size_t i = 0; i < wanted; ++i)
        value = value * 10 + (i < part.size() ? part[i] - '0' : 0);
    const bool beyond = whole_value == max_whole && part.find_first_not_of('0') != part.npos;
    if (beyond) return fault("is above " + std::to_string(max_whole));
    return value;
}

std::string format_fixed(std::int64_t value, int places) {
    std::string digits = std::to_string(value);
    const auto wanted = static_cast<std::size_t>(places);
    if (digits.size() <= wanted) digits.insert(0, wanted + 1 - digits.size(), '0');
    digits.insert(digits.size() - wanted, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    return digits;
}

}  // namespace llmr
