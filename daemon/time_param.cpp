#include "daemon/time_param.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/clock.hpp"
#include "core/text.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::daemon {
namespace {

constexpr std::int64_t kDayS = 86'400;
/// Of the year 2200: how far time zones are known.
constexpr std::int64_t kLastMs = 7'258'118'400'000;
/// Fewer digits are taken for seconds, or for a year.
constexpr std::size_t kLeastMsDigits = 12;

Error bad_instant(std::string_view name, std::string_view text, std::string_view nearest) {
    return Error(
        Errc::invalid_parameter,
        fmt::format("\"{}\" is no date, time or number of milliseconds since 1970; nearest "
                    "valid: {}",
                    text.substr(0, 40), nearest),
        std::string(name));
}

std::string today() {
    return iso8601(utc_ms()).substr(0, 10);
}

/// Takes fixed-width numbers and separators from the front of a text.
class Digits {
public:
    explicit Digits(std::string_view text) : text_(text) {}

    std::optional<int> number(std::size_t width) {
        int value = 0;
        if (text_.size() < width) return std::nullopt;
        const auto parsed = std::from_chars(text_.data(), text_.data() + width, value);
        if (parsed.ec != std::errc() || parsed.ptr != text_.data() + width || value < 0)
            return std::nullopt;
        text_.remove_prefix(width);
        return value;
    }
    bool take(std::string_view any_of) {
        if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool at_end() const { return text_.empty(); }
    char front() const { return text_.front(); }

private:
    std::string_view text_;
};

/// Local seconds since 1970 of "2026-01-31"; takes it from the front.
std::optional<std::int64_t> take_date(Digits& in) {
    const auto year = in.number(4);
    const bool first = year && in.take("-");
    const auto month = first ? in.number(2) : std::nullopt;
    const bool second = month && in.take("-");
    const auto day = second ? in.number(2) : std::nullopt;
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * kDayS;
}

/// Milliseconds of "12:00", "12:00:30" or "12:00:30.123"; takes them from the front.
std::optional<std::int64_t> take_time(Digits& in) {
    const auto hour = in.number(2);
    if (!hour || *hour > 23 || !in.take(":")) return std::nullopt;
    const auto minute = in.number(2);
    if (!minute || *minute > 59) return std::nullopt;
    std::int64_t ms = (*hour * 60 + *minute) * 60'000LL;
    if (!in.take(":")) return ms;
    const auto second = in.number(2);
    if (!second || *second > 59) return std::nullopt;
    ms += *second * 1000LL;
    if (!in.take(".")) return ms;
    std::int64_t unit = 100;
    for (std::optional<int> digit; (digit = in.number(1)); unit /= 10)
        ms += *digit * unit;
    return unit == 100 ? std::nullopt : std::optional<std::int64_t>(ms);
}

/// Seconds ahead of UTC of "Z" or "+05:45"; a plus may have come as a blank.
std::optional<std::int64_t> take_offset(Digits& in) {
    if (in.take("Zz")) return 0;
    const bool negative = in.front() == '-';
    if (!in.take("+- ")) return std::nullopt;
    const auto hours = in.number(2);
    in.take(":");
    const auto minutes = in.number(2);
    if (!hours || !minutes || *hours > 26 || *minutes > 59) return std::nullopt;
    const std::int64_t seconds = (*hours * 60 + *minutes) * 60LL;
    return negative ? -seconds : seconds;
}

std::optional<std::int64_t> parse_date_time(std::string_view text, const TimeZone& zone) {
    Digits in(text);
    const auto date_s = take_date(in);
    if (!date_s) return std::nullopt;
    if (in.at_end()) return zone.first_at(*date_s);
    if (!in.take("Tt ")) return std::nullopt;
    const auto time_ms = take_time(in);
    if (!time_ms) return std::nullopt;
    if (in.at_end()) return zone.first_at(*date_s + *time_ms / 1000) + *time_ms % 1000;
    const auto offset_s = take_offset(in);
    if (!offset_s || !in.at_end()) return std::nullopt;
    return (*date_s - *offset_s) * 1000 + *time_ms;
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<std::int64_t> parse_instant(std::string_view text, const TimeZone& zone,
                                   std::string_view name) {
    std::optional<std::int64_t> ms;
    if (is_number(text)) {
        std::int64_t value = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.size() == 10) return bad_instant(name, text, fmt::format("{}000", text));
        if (text.size() == 4) return bad_instant(name, text, fmt::format("{}-01-01", text));
        if (parsed.ec == std::errc() && (text == "0" || text.size() >= kLeastMsDigits)) ms = value;
    } else {
        ms = parse_date_time(text, zone);
    }
    if (!ms) return bad_instant(name, text, today());
    if (*ms < 0) return bad_instant(name, text, "1970-01-01");
    if (*ms > kLastMs) return bad_instant(name, text, "2200-01-01");
    return *ms;
}

std::string_view param_at(const QueryParams& params, std::string_view name) {
    const auto found = params.find(name);
    return found == params.end() ? std::string_view() : std::string_view(found->second);
}

Error unknown_choice(std::string_view name, std::string_view value,
                     std::initializer_list<std::string_view> names) {
    const std::string_view nearest =
        *std::min_element(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
            return edit_distance(value, a) < edit_distance(value, b);
        });
    return Error(Errc::invalid_parameter,
                 fmt::format("\"{}\" is none of {}; nearest valid: {}", value.substr(0, 40),
                             fmt::join(names, ", "), nearest),
                 std::string(name));
}

Result<RangeParams> read_range(const QueryParams& params, std::int64_t now_ms) {
    RangeParams out;
    if (const auto tz = param_at(params, "tz"); !tz.empty()) {
        auto zone = TimeZone::load(tz);
        if (!zone) return zone.error();
        out.zone = std::move(*zone);
    }
    const std::string_view since = param_at(params, "since");
    const std::string_view from = param_at(params, "from");
    const std::string_view to = param_at(params, "to");
    if (!since.empty() && !from.empty())
        return Error(Errc::invalid_parameter, "give from or since, not both; nearest valid: from",
                     "since");
    if (!since.empty()) {
        auto parsed = parse_since(since, now_ms);
        if (!parsed) return parsed.error();
        out.range.from_ms = storage::hour_of(*parsed);
        out.has_from = *parsed > 0;
    }
    if (!from.empty()) {
        auto parsed = parse_instant(from, out.zone, "from");
        if (!parsed) return parsed.error();
        out.range.from_ms = *parsed;
        out.has_from = true;
    }
    if (!to.empty()) {
        auto parsed = parse_instant(to, out.zone, "to");
        if (!parsed) return parsed.error();
        out.range.to_ms = *parsed;
        out.has_to = true;
    }
    if (out.range.to_ms <= out.range.from_ms)
        return Error(Errc::invalid_parameter,
                     fmt::format("must be after from; nearest valid: {}",
                                 out.zone.iso8601(out.range.from_ms + 1)),
                     "to");
    return out;
}

}  // namespace llmr::daemon
