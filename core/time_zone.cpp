#include "core/time_zone.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr {
namespace {

constexpr const char* kZoneFolder = "/usr/share/zoneinfo/";
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kDayS = 86'400;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// A name that cannot lead out of the folder.
bool is_plain_name(std::string_view name) {
    return !name.empty() && name.size() < 64 && name.front() != '/' &&
           name.find("..") == std::string_view::npos &&
           std::all_of(
               name.begin(), name.end(),
               [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
               });
}

/// Zones and links, from the source that comes with the compiled files: "Z name ...", "L to name".
std::vector<std::string> known_names() {
    std::ifstream file(std::string(kZoneFolder) + "tzdata.zi");
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("Z ") && !line.starts_with("L ")) continue;
        std::istringstream words(line);
        std::string kind;
        std::string first;
        std::string second;
        words >> kind >> first >> second;
        names.push_back(kind == "Z" ? first : second);
    }
    return names;
}

Error unknown_zone(std::string_view name) {
    const std::vector<std::string> known = known_names();
    std::string message = fmt::format("\"{}\" is not a time zone", name.substr(0, 40));
    if (known.empty()) {
        message += "; nearest valid: UTC (the package tzdata is not installed)";
    } else {
        // "Berlin" is meant for what ends in it; else the nearest spelling.
        const std::string ending = "/" + to_lower(name);
        const auto meant = std::find_if(known.begin(), known.end(), [&](const std::string& zone) {
            return to_lower(zone).ends_with(ending);
        });
        const auto near = nearest_names(name, known, 1);
        message += "; nearest valid: " + (meant != known.end() ? *meant
                                          : near.empty()       ? std::string("UTC")
                                                               : near.front());
    }
    return Error(Errc::invalid_parameter, std::move(message), "tz");
}

}  // namespace

TimeZone::TimeZone() : TimeZone("UTC", ZoneTable{}) {}

TimeZone::TimeZone(std::string name, ZoneTable table)
    : name_(std::move(name)), table_(std::make_shared<const ZoneTable>(std::move(table))) {}

Result<TimeZone> TimeZone::load(std::string_view name) {
    if (name == "UTC") return TimeZone();
    if (!is_plain_name(name)) return unknown_zone(name);
    std::ifstream file(kZoneFolder + std::string(name), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.empty()) return unknown_zone(name);
    Result<ZoneTable> table = parse_tzif(bytes);
    if (!table) return unknown_zone(name);
    return TimeZone(std::string(name), std::move(*table));
}

std::int32_t TimeZone::offset_s(std::int64_t utc_ms) const {
    const std::int64_t utc_s = floor_div(utc_ms, kSecondMs);
    const auto& list = table_->transitions;
    const auto after = std::upper_bound(
        list.begin(), list.end(), utc_s,
        [](std::int64_t time, const ZoneTransition& change) { return time < change.utc_s; });
    return after == list.begin() ? table_->first_offset_s : std::prev(after)->offset_s;
}

std::int64_t TimeZone::next_change_ms(std::int64_t utc_ms) const {
    const std::int64_t utc_s = floor_div(utc_ms, kSecondMs);
    const auto& list = table_->transitions;
    const auto after = std::upper_bound(
        list.begin(), list.end(), utc_s,
        [](std::int64_t time, const ZoneTransition& change) { return time < change.utc_s; });
    return after == list.end() ? kNever : after->utc_s * kSecondMs;
}

std::int64_t TimeZone::first_at(std::int64_t local_s) const {
    // No zone is further from UTC than this, so local time is still before `local_s` there.
    std::int64_t at_ms = (local_s - 2 * kDayS) * kSecondMs;
    for (;;) {
        const std::int64_t change_ms = next_change_ms(at_ms);
        const std::int64_t reached_ms = std::max(at_ms, (local_s - offset_s(at_ms)) * kSecondMs);
        if (reached_ms < change_ms) return reached_ms;
        at_ms = change_ms;
    }
}

std::int64_t TimeZone::local_s(std::int64_t utc_ms) const {
    return floor_div(utc_ms, kSecondMs) + offset_s(utc_ms);
}

std::string TimeZone::iso8601(std::int64_t utc_ms) const {
    const std::int32_t offset = offset_s(utc_ms);
    // The common formatter holds the year within four digits; what it ends in is ours to replace.
    std::string text = llmr::iso8601(utc_ms + std::int64_t{offset} * kSecondMs);
    text.pop_back();
    if (text.ends_with(".000")) text.resize(text.size() - 4);
    if (offset == 0) return text + "Z";
    const int minutes = std::abs(offset) / 60;
    text += fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    if (offset % 60 != 0) text += fmt::format(":{:02}", std::abs(offset) % 60);
    return text;
}

}  // namespace llmr
