#include "providers/google_details.hpp"

#include <charconv>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

constexpr int kLongestDelaySeconds = 86'400;

/// "34s", "34.074824224s": a Duration as protobuf writes it in JSON.
std::optional<int> whole_seconds(std::string_view duration) {
    if (!duration.ends_with('s')) return std::nullopt;
    duration.remove_suffix(1);
    int seconds = 0;
    const char* const end = duration.data() + duration.size();
    const auto [rest, fault] = std::from_chars(duration.data(), end, seconds);
    if (fault != std::errc() || seconds < 0 || seconds > kLongestDelaySeconds) return std::nullopt;
    const std::string_view fraction(rest, static_cast<std::size_t>(end - rest));
    if (fraction.empty()) return seconds;
    const std::string_view digits = fraction.substr(1);
    const bool numeric = digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (fraction.front() != '.' || !numeric) return std::nullopt;
    return digits.find_first_not_of('0') == std::string_view::npos ? seconds : seconds + 1;
}

}  // namespace

GoogleDetails read_google_details(simdjson::dom::element error) {
    GoogleDetails details;
    const auto list = get_value(error, "details");
    simdjson::dom::array items;
    if (!list || list->get(items) != simdjson::SUCCESS) return details;
    for (const simdjson::dom::element item : items) {
        if (const auto reason = get_string(item, "reason"))
            details.reasons.append(*reason).push_back(' ');
        if (const auto delay = get_string(item, "retryDelay"))
            details.retry_after_seconds = whole_seconds(*delay);
    }
    return details;
}

}  // namespace llmr::providers
