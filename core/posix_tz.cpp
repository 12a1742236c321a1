// The rule in the footer of a time zone file: "CET-1CEST,M3.5.0,M10.5.0/3".
#include <algorithm>
#include <chrono>
#include <optional>

#include "core/tzif.hpp"

namespace llmr {
namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2200;
constexpr std::int32_t kHour = 3600;
constexpr std::int64_t kDay = 86'400;

/// When in a year clocks change: the day, and the local time on it.
struct ChangeDay {
    enum Kind { month_week_day, julian_without_leap_day, day_of_year } kind = month_week_day;
    int month = 1, week = 1, weekday = 0;
    int day = 0;
    std::int32_t time_s = 2 * kHour;
};

/// Consumes the text from its front; nothing where the text does not fit.
class RuleReader {
public:
    explicit RuleReader(std::string_view text) : text_(text) {}

    bool at_end() const { return text_.empty(); }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool name() {
        if (take('<')) {
            const std::size_t end = text_.find('>');
            if (end == std::string_view::npos) return false;
            text_.remove_prefix(end + 1);
            return true;
        }
        std::size_t length = 0;
        while (length < text_.size() && is_letter(text_[length]))
            ++length;
        text_.remove_prefix(length);
        return length >= 3;
    }
    std::optional<int> number() {
        int value = 0;
        std::size_t length = 0;
        while (length < text_.size() && length < 4 && is_digit(text_[length]))
            value = value * 10 + (text_[length++] - '0');
        text_.remove_prefix(length);
        return length == 0 ? std::nullopt : std::optional<int>(value);
    }
    /// [+-]hh[:mm[:ss]] in seconds.
    std::optional<std::int32_t> time() {
        const bool negative = take('-');
        if (!negative) take('+');
        const std::optional<int> hours = number();
        if (!hours) return std::nullopt;
        std::int32_t seconds = *hours * kHour;
        for (const std::int32_t unit : {60, 1}) {
            if (!take(':')) break;
            const std::optional<int> part = number();
            if (!part) return std::nullopt;
            seconds += *part * unit;
        }
        return negative ? -seconds : seconds;
    }
    std::optional<ChangeDay> change_day() {
        ChangeDay day;
        std::optional<int> value;
        if (take('M')) {
            for (int* part : {&day.month, &day.week, &day.weekday}) {
                if (!(value = number())) return std::nullopt;
                *part = *value;
                if (part != &day.weekday && !take('.')) return std::nullopt;
            }
            if (day.month < 1 || day.month > 12 || day.week < 1 || day.week > 5 || day.weekday > 6)
                return std::nullopt;
        } else {
            day.kind = take('J') ? ChangeDay::julian_without_leap_day : ChangeDay::day_of_year;
            if (!(value = number())) return std::nullopt;
            day.day = *value;
        }
        if (!take('/')) return day;
        const std::optional<std::int32_t> at = time();
        if (!at) return std::nullopt;
        day.time_s = *at;
        return day;
    }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    std::string_view text_;
};

/// Local seconds since 1970 of the change in `year`.
std::int64_t local_change(const ChangeDay& change, int year) {
    using namespace std::chrono;
    sys_days date = std::chrono::year(year) / January / 1;
    if (change.kind == ChangeDay::month_week_day) {
        const auto month = std::chrono::year(year) / change.month;
        const weekday wanted(static_cast<unsigned>(change.weekday));
        date = change.week == 5 ? sys_days(month / wanted[last])
                                : sys_days(month / wanted[static_cast<unsigned>(change.week)]);
    } else if (change.kind == ChangeDay::day_of_year) {
        date += days(change.day);
    } else {
        const bool past_leap_day = std::chrono::year(year).is_leap() && change.day >= 60;
        date += days(change.day - 1 + (past_leap_day ? 1 : 0));
    }
    return date.time_since_epoch().count() * kDay + change.time_s;
}

}  // namespace

bool append_posix_rule(std::string_view rule, std::int64_t after_s, ZoneTable& table) {
    RuleReader in(rule);
    if (!in.name()) return false;
    const std::optional<std::int32_t> west = in.time();  // POSIX counts westwards
    if (!west) return false;
    const std::int32_t standard = -*west;
    if (in.at_end()) {
        if (table.transitions.empty()) table.first_offset_s = standard;
        return true;
    }
    if (!in.name()) return false;
    std::int32_t summer = standard + kHour;
    if (!in.take(',')) {
        const std::optional<std::int32_t> stated = in.time();
        if (!stated || !in.take(',')) return false;
        summer = -*stated;
    }
    const std::optional<ChangeDay> begins = in.change_day();
    if (!begins || !in.take(',')) return false;
    const std::optional<ChangeDay> ends = in.change_day();
    if (!ends || !in.at_end()) return false;
    for (int year = kFirstYear; year <= kLastYear; ++year) {
        ZoneTransition changes[] = {{local_change(*begins, year) - standard, summer},
                                    {local_change(*ends, year) - summer, standard}};
        if (changes[1].utc_s < changes[0].utc_s) std::swap(changes[0], changes[1]);
        for (const ZoneTransition& change : changes)
            if (change.utc_s > after_s) table.transitions.push_back(change);
    }
    return true;
}

}  // namespace llmr
