#include "core/config_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr::config {
namespace {

struct ByteUnit {
    std::string_view name;
    std::int64_t factor;
};
// Largest first: format_bytes takes the first that divides.
constexpr std::array kByteUnits{ByteUnit{"GiB", std::int64_t{1} << 30},
                                ByteUnit{"MiB", std::int64_t{1} << 20},
                                ByteUnit{"KiB", std::int64_t{1} << 10}};

constexpr std::array<std::string_view, 8> kOnOffNames{"true", "false", "1",   "0",
                                                      "on",   "off",   "yes", "no"};

constexpr std::array<std::string_view, 21> kPlaceholders{"your-api-key",
                                                         "your_api_key",
                                                         "your-api-key-here",
                                                         "your_api_key_here",
                                                         "your-key",
                                                         "your_key",
                                                         "your-key-here",
                                                         "your_key_here",
                                                         "yourkey",
                                                         "your-openai-api-key",
                                                         "your_openai_api_key",
                                                         "your_openai_api_key_here",
                                                         "api-key",
                                                         "api_key",
                                                         "changeme",
                                                         "change-me",
                                                         "change_me",
                                                         "placeholder",
                                                         "none",
                                                         "null",
                                                         "not-set"};

Fault below_or_above(std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low) return {fmt::format("is below {}", low), std::to_string(low)};
    return {fmt::format("is above {}", high), std::to_string(high)};
}

/// The digits (with sign) that `text` begins with; saturates.
std::int64_t leading_integer(std::string_view text, std::size_t& length) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    length = static_cast<std::size_t>(end - text.data());
    if (error == std::errc::result_out_of_range) {
        value = text.starts_with('-') ? INT64_MIN : INT64_MAX;
    }
    return value;
}

std::int64_t saturating_product(std::int64_t value, std::int64_t factor) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(value, factor, &product)) return value < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

bool is_printable(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return c <= ' ' || c == 0x7F; });
}

/// What a wrong unit was meant to be: "64MB", "64m" -> MiB.
const ByteUnit* intended_unit(std::string_view unit) {
    for (const ByteUnit& candidate : kByteUnits) {
        if (!unit.empty() && to_lower(unit)[0] == to_lower(candidate.name)[0]) return &candidate;
    }
    return nullptr;
}

}  // namespace

Parsed<std::int64_t> parse_integer(std::string_view text, std::int64_t low, std::int64_t high) {
    std::size_t length = 0;
    const std::int64_t value = leading_integer(text, length);
    if (length == 0 || length != text.size()) {
        const std::int64_t nearest = std::clamp(value, low, high);
        return Fault{"is not a whole number", std::to_string(nearest)};
    }
    if (value < low || value > high) return below_or_above(value, low, high);
    return value;
}

Parsed<double> parse_percent(std::string_view text) {
    std::string_view number = text;
    if (number.ends_with('%')) number = trim(number.substr(0, number.size() - 1));
    double value = 0.0;
    const char* const last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, value, std::chars_format::fixed);
    if (error != std::errc{} || end != last || !std::isfinite(value)) {
        const double nearest = std::isfinite(value) ? std::clamp(value, 0.0, 100.0) : 100.0;
        return Fault{"is not a decimal number", fmt::format("{}", nearest)};
    }
    if (value < 0.0) return Fault{"is below 0", "0"};
    if (value > 100.0) return Fault{"is above 100", "100"};
    return value + 0.0;  // -0 becomes 0
}

Parsed<std::string> parse_decimal(std::string_view text, double low, double high) {
    double value = 0.0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value, std::chars_format::fixed);
    if (error != std::errc{} || end != last || !std::isfinite(value))
        return Fault{"is not a decimal number", fmt::format("{}", low)};
    if (value < low) return Fault{fmt::format("is below {}", low), fmt::format("{}", low)};
    if (value > high) return Fault{fmt::format("is above {}", high), fmt::format("{}", high)};
    return fmt::format("{}", value + 0.0);  // -0 becomes 0
}

Parsed<std::int64_t> parse_bytes(std::string_view text, std::int64_t low, std::int64_t high) {
    std::size_t length = 0;
    const std::int64_t number = leading_integer(text, length);
    const std::string_view unit = trim(text.substr(length));
    if (length == 0) return Fault{"is not a number of bytes", format_bytes(low)};
    std::int64_t factor = 1;
    if (!unit.empty()) {
        const auto* const found =
            std::find_if(kByteUnits.begin(), kByteUnits.end(),
                         [unit](const ByteUnit& known) { return iequals(known.name, unit); });
        if (found == kByteUnits.end()) {
            const ByteUnit* const meant = intended_unit(unit);
            const std::int64_t guess = saturating_product(number, meant ? meant->factor : 1);
            return Fault{"has a unit other than KiB, MiB or GiB",
                         format_bytes(std::clamp(guess, low, high))};
        }
        factor = found->factor;
    }
    const std::int64_t value = saturating_product(number, factor);
    if (value < low) return Fault{"is below " + format_bytes(low), format_bytes(low)};
    if (value > high) return Fault{"is above " + format_bytes(high), format_bytes(high)};
    return value;
}

std::string format_bytes(std::int64_t bytes) {
    for (const ByteUnit& unit : kByteUnits) {
        if (bytes != 0 && bytes % unit.factor == 0) {
            return fmt::format("{}{}", bytes / unit.factor, unit.name);
        }
    }
    return std::to_string(bytes);
}

Parsed<bool> parse_on_off(std::string_view text) {
    const Parsed<std::size_t> index = parse_choice(text, kOnOffNames);
    if (!index) return Fault{"is not a switch", index.error().nearest};
    return *index % 2 == 0;  // the table alternates
}

Parsed<std::size_t> parse_choice(std::string_view text, std::span<const std::string_view> names) {
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (iequals(text, names[index])) return index;
    }
    return Fault{"is not one of the choices", nearest_of(text, names)};
}

Parsed<std::map<std::string, std::string>> parse_map(std::string_view text) {
    std::map<std::string, std::string> pairs;
    for (const std::string& item : split_list(text)) {
        const std::size_t equals = item.find('=');
        if (equals == std::string::npos) {
            return Fault{fmt::format("has an entry without '=': \"{}\"", item), item + "=model"};
        }
        const std::string key(trim(std::string_view(item).substr(0, equals)));
        const std::string value(trim(std::string_view(item).substr(equals + 1)));
        if (key.empty() || value.empty() || !is_printable(key) || !is_printable(value)) {
            return Fault{
                fmt::format("has an incomplete entry: \"{}\"", item),
                fmt::format("{}={}", key.empty() ? "alias" : key, value.empty() ? "model" : value)};
        }
        if (!pairs.emplace(key, value).second) {
            return Fault{fmt::format("names \"{}\" twice", key),
                         fmt::format("{}={}", key, pairs[key])};
        }
    }
    return pairs;
}

Parsed<std::string> parse_model(std::string_view text) {
    if (is_printable(text)) return std::string(text);
    std::string nearest(text);
    std::erase_if(nearest, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
    return Fault{"holds a blank or a control character", nearest};
}

Parsed<std::string> parse_file_path(std::string_view text) {
    if (text.starts_with('~')) {
        return Fault{"begins with ~, which is not expanded here", "the path in full, from /"};
    }
    if (text.ends_with('/')) {
        return Fault{"is a folder", std::string(text.substr(0, text.find_last_not_of('/') + 1))};
    }
    const bool control =
        std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; });
    if (control) return Fault{"holds a control character", "the path on one line"};
    return std::string(text);
}

Parsed<Secret> parse_key(std::string_view text) {
    const bool sendable =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
    if (sendable) return Secret(std::string(text));
    return Fault{"holds a blank, a control character or a non-ASCII one, which no header can carry",
                 "the key alone, on one line"};
}

NamedKey split_named_key(std::string_view text) {
    constexpr std::size_t kLongestName = 32;
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals > kLongestName) return {{}, text};
    const std::string_view name = text.substr(0, equals);
    const std::string_view key = text.substr(equals + 1);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
    if (!plain || key.find_first_not_of('=') == std::string_view::npos) return {{}, text};
    return {name, key};
}

bool is_placeholder(std::string_view text) {
    const std::string lower = to_lower(trim(text));
    if (lower.empty()) return true;
    if (lower.front() == '<' && lower.back() == '>') return true;
    // "sk-...", "sk-xxxxxxxx", "sk-proj-***": a key's prefix with nothing behind it.
    if (lower.starts_with("sk-")) {
        std::string_view rest = std::string_view(lower).substr(3);
        if (rest.starts_with("proj-")) rest.remove_prefix(5);
        if (rest.find_first_not_of(".x*-") == std::string_view::npos) return true;
        return is_placeholder(rest) && !rest.empty();
    }
    return std::find(kPlaceholders.begin(), kPlaceholders.end(), lower) != kPlaceholders.end();
}

std::string nearest_of(std::string_view wanted, std::span<const std::string_view> names) {
    // An abbreviation is worth a letter and a half: "y" is yes, not "1".
    constexpr int kPerEdit = 2;
    constexpr int kAbbreviation = 3;
    const std::string lower = to_lower(wanted);
    const auto cost = [&lower](std::string_view name) {
        const std::string candidate = to_lower(name);
        const int edits = static_cast<int>(edit_distance(lower, candidate));
        return kPerEdit * edits - (candidate.starts_with(lower) ? kAbbreviation : 0);
    };
    const auto nearest = std::min_element(
        names.begin(), names.end(),
        [&cost](std::string_view a, std::string_view b) { return cost(a) < cost(b); });
    return nearest == names.end() ? std::string() : std::string(*nearest);
}

}  // namespace llmr::config
