#include "metrics/exposition.hpp"

#include <charconv>
#include <optional>

#include "core/text.hpp"

namespace llmr::metrics {
namespace {

constexpr std::string_view kOpenMetrics = "application/openmetrics-text";
constexpr int kFullWeight = 1000;

/// Cuts what stands before `separator` off `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    return trim(part);
}

/// "0.75" in thousandths; what is no weight counts as 0.
int parse_weight(std::string_view text) {
    double weight = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error != std::errc() || end != text.data() + text.size()) return 0;
    return weight < 0 || weight > 1 ? 0 : static_cast<int>(weight * kFullWeight);
}

struct MediaRange {
    std::string_view type;
    std::string_view version;
    int weight = kFullWeight;
};

MediaRange parse_range(std::string_view text) {
    MediaRange range;
    range.type = next_part(text, ';');
    while (!text.empty()) {
        const std::string_view parameter = next_part(text, ';');
        const std::size_t equals = parameter.find('=');
        if (equals == parameter.npos) continue;
        const std::string_view name = parameter.substr(0, equals);
        std::string_view value = parameter.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
        if (iequals(name, "q")) range.weight = parse_weight(value);
        if (iequals(name, "version")) range.version = value;
    }
    return range;
}

bool is_text(std::string_view type) {
    return iequals(type, "text/plain") || type == "text/*" || type == "*/*";
}

}  // namespace

Format choose_format(std::string_view accept) {
    int openmetrics = 0;
    int text = 0;
    while (!accept.empty()) {
        const MediaRange range = parse_range(next_part(accept, ','));
        const bool known = range.version.empty() || range.version == "1.0.0";
        if (iequals(range.type, kOpenMetrics) && known && range.weight > openmetrics)
            openmetrics = range.weight;
        if (is_text(range.type) && range.weight > text) text = range.weight;
    }
    return openmetrics > 0 && openmetrics >= text ? Format::openmetrics : Format::prometheus;
}

std::string_view content_type(Format format) {
    return format == Format::openmetrics
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace llmr::metrics
