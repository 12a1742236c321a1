#include <charconv>
#include <cmath>

#include "core/json.hpp"
#include "simulator/ollama_request.hpp"

namespace llmr::simulator {
namespace {

constexpr std::int64_t kDefaultMs = 5 * 60 * 1000;
constexpr std::int64_t kForGood = INT64_MAX;
constexpr double kLongestMs = 1e15;

std::int64_t from_ms(double ms) {
    return ms < 0 || ms > kLongestMs ? kForGood : static_cast<std::int64_t>(ms);
}

/// Milliseconds in a unit of Go's durations; 0: no such unit.
double unit_ms(std::string_view unit) {
    if (unit == "h") return 3'600'000;
    if (unit == "m") return 60'000;
    if (unit == "s") return 1'000;
    if (unit == "ms") return 1;
    if (unit == "us" || unit == "µs") return 1e-3;
    return unit == "ns" ? 1e-6 : 0;
}

/// Go's time.ParseDuration: "1h30m", "-1m", "0".
std::optional<double> parse_duration_ms(std::string_view text) {
    const bool negative = !text.empty() && text[0] == '-';
    if (negative || (!text.empty() && text[0] == '+')) {
        text.remove_prefix(1);
    }
    if (text == "0") {
        return 0;
    }
    double total = 0;
    bool any = false;
    while (!text.empty()) {
        double number = 0;
        const auto* end = std::from_chars(text.data(), text.data() + text.size(), number,
                                          std::chars_format::fixed)
                              .ptr;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto unit = text.substr(0, text.find_first_of("0123456789."));
        const double ms = unit_ms(unit);
        if (ms == 0) {
            return std::nullopt;
        }
        text.remove_prefix(unit.size());
        total += number * ms;
        any = true;
    }
    return any ? std::optional(negative ? -total : total) : std::nullopt;
}

}  // namespace

std::optional<OllamaRefusal> read_keep_alive(simdjson::dom::element root, std::int64_t& out_ms) {
    out_ms = kDefaultMs;
    const auto value = get_value(root, "keep_alive");
    if (!value) {
        return std::nullopt;
    }
    if (value->is_number()) {
        out_ms = from_ms(get_double(root, "keep_alive").value_or(0) * 1000);
        return std::nullopt;
    }
    const auto text = get_string(root, "keep_alive");
    if (!text) {
        return OllamaRefusal{400, "Unsupported type: " + to_json(*value)};
    }
    const auto ms = parse_duration_ms(*text);
    if (!ms) {
        return OllamaRefusal{400, "time: invalid duration " + json_quote(*text)};
    }
    out_ms = from_ms(*ms);
    return std::nullopt;
}

}  // namespace llmr::simulator
