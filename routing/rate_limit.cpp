#include "routing/rate_limit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "core/text.hpp"
#include "routing/rfc3339.hpp"

namespace llmr::routing {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
/// A reset above this is a point in time in milliseconds: it is in 2001.
constexpr double kPointInTime = 1e12;

struct Limit {
    std::string_view remaining;
    std::string_view reset;
};
constexpr std::array kLimits{
    Limit{"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    Limit{"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    Limit{"x-ratelimit-remaining", "x-ratelimit-reset"},
    Limit{"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"},
    Limit{"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
    Limit{"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
    Limit{"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"},
};

std::optional<double> leading_number(std::string_view& text) {
    double value = 0.0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || value < 0.0 || value > 1e15) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return value;
}

/// Milliseconds of the unit at the front of `text`, which it takes away; 0: there is none.
double take_unit(std::string_view& text) {
    struct Unit {
        std::string_view name;
        double ms;
    };
    // "ms" before "m".
    constexpr std::array kUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                                Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
    for (const Unit& unit : kUnits) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return unit.ms;
    }
    return 0.0;
}

/// How long until then, in any of the forms.
std::optional<std::int64_t> wait_ms(std::string_view reset, std::int64_t now_ms) {
    if (const auto time = parse_rfc3339(reset)) return std::max<std::int64_t>(0, *time - now_ms);
    std::string_view number = reset;
    const auto value = leading_number(number);
    if (value && number.empty() && *value >= kPointInTime)
        return std::max<std::int64_t>(0, static_cast<std::int64_t>(*value) - now_ms);
    return parse_reset_duration(reset);
}

bool is_used_up(std::string_view remaining) {
    return !remaining.empty() && remaining.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::optional<std::int64_t> parse_reset_duration(std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    double total = 0.0;
    bool any_unit = false;
    while (!text.empty()) {
        const auto value = leading_number(text);
        if (!value) return std::nullopt;
        double unit = take_unit(text);
        if (unit == 0.0) {
            if (any_unit || !text.empty()) return std::nullopt;
            unit = 1000.0;
        }
        any_unit = true;
        total += *value * unit;
    }
    return static_cast<std::int64_t>(std::min(total, 1e15));
}

std::optional<int> limited_for_seconds(const HeaderLookup& header, std::int64_t now_ms) {
    std::optional<std::int64_t> longest;
    for (const Limit& limit : kLimits) {
        if (!is_used_up(trim(header(limit.remaining)))) continue;
        const auto wait = wait_ms(trim(header(limit.reset)), now_ms);
        // Without a time it may just as well be a limit that is not counted.
        if (wait) longest = std::max(longest.value_or(0), std::min(*wait, kDayMs));
    }
    if (!longest || *longest == 0) return std::nullopt;
    return static_cast<int>((*longest + 999) / 1000);
}

}  // namespace llmr::routing
