#include "routing/retry_after.hpp"

#include <algorithm>
#include <charconv>

#include "core/http_date.hpp"
#include "core/text.hpp"

namespace llmr::routing {
namespace {

constexpr std::int64_t kLongestMs = 86'400'000;

/// Some providers write fractions; a number too large for us is large.
std::optional<std::int64_t> milliseconds(std::string_view text, double unit) {
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault == std::errc::result_out_of_range) return kLongestMs;
    const bool whole = fault == std::errc() && end == text.data() + text.size();
    if (!whole || !(value >= 0)) return std::nullopt;
    return static_cast<std::int64_t>(std::min(value * unit, static_cast<double>(kLongestMs)));
}

}  // namespace

std::optional<int> retry_after_seconds(std::string_view retry_after,
                                       std::string_view retry_after_ms, std::int64_t now_ms) {
    std::optional<std::int64_t> wait = milliseconds(trim(retry_after_ms), 1);
    if (!wait) wait = milliseconds(trim(retry_after), 1000);
    if (!wait) {
        if (const auto date = parse_http_date(trim(retry_after))) wait = *date - now_ms;
    }
    if (!wait) return std::nullopt;
    return static_cast<int>((std::clamp<std::int64_t>(*wait, 0, kLongestMs) + 999) / 1000);
}

}  // namespace llmr::routing
