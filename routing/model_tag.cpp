#include "routing/model_tag.hpp"

#include <charconv>

#include "core/text.hpp"

namespace llmr::routing {
namespace {

/// Where the tag begins (at its colon); npos if there is none. A colon before a slash is a port.
std::size_t tag_position(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    if (colon == std::string_view::npos) return colon;
    return name.find('/', colon) == std::string_view::npos ? colon : std::string_view::npos;
}

/// A plain decimal at the front of `text`, which is shortened by it; negative if there is none.
double take_number(std::string_view& text) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return -1;
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (fault != std::errc()) return -1;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
}

}  // namespace

std::string with_tag(std::string_view name) {
    std::string result(name);
    if (tag_position(name) == std::string_view::npos) result += ":latest";
    return result;
}

std::string canonical_name(std::string_view name) {
    std::string result = to_lower(trim(name));
    for (const std::string_view prefix : {"registry.ollama.ai/", "library/"}) {
        if (result.starts_with(prefix)) result.erase(0, prefix.size());
    }
    return with_tag(result);
}

bool is_cloud_name(std::string_view name) {
    const std::string full = canonical_name(name);
    const std::string_view tag = std::string_view(full).substr(tag_position(full) + 1);
    return tag == "cloud" || tag.ends_with("-cloud");
}

double parse_parameter_size(std::string_view text) {
    const std::string lower = to_lower(trim(text));
    std::string_view rest = lower;
    double value = take_number(rest);
    if (value < 0) return 0;
    if (rest.starts_with('x')) {
        rest.remove_prefix(1);
        const double each = take_number(rest);
        if (each < 0) return 0;
        value *= each;
    }
    if (rest == "b") return value;
    if (rest == "m") return value / 1e3;
    if (rest == "k") return value / 1e6;
    if (rest == "t") return value * 1e3;
    return 0;
}

double parameter_size_in_name(std::string_view name) {
    constexpr std::string_view kSeparators = ":-_/";
    while (!name.empty()) {
        // From the back: the tag says more than the name.
        const std::size_t cut = name.find_last_of(kSeparators);
        const bool last = cut == std::string_view::npos;
        const double size = parse_parameter_size(last ? name : name.substr(cut + 1));
        if (size > 0) return size;
        name = last ? std::string_view() : name.substr(0, cut);
    }
    return 0;
}

}  // namespace llmr::routing
