#include "routing/rfc3339.hpp"

#include <chrono>

namespace llmr::routing {
namespace {

/// Takes fixed-width pieces from the front; `ok` stays false after the first that does not fit.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t width) {
        if (!has(width)) return 0;
        int value = 0;
        for (const char c : rest_.substr(0, width)) {
            if (c < '0' || c > '9') ok_ = false;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }
    char any_of(std::string_view accepted) {
        if (!has(1) || accepted.find(rest_.front()) == std::string_view::npos) {
            ok_ = false;
            return '\0';
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    /// ".277302595" -> 277
    int fraction_ms() {
        if (rest_.empty() || rest_.front() != '.') return 0;
        rest_.remove_prefix(1);
        int value = 0;
        int scale = 100;
        std::size_t count = 0;
        for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
            value += (rest_[count] - '0') * scale;
            scale /= 10;
        }
        if (count == 0) ok_ = false;
        rest_.remove_prefix(count);
        return value;
    }
    bool finished() const { return ok_ && rest_.empty(); }

private:
    bool has(std::size_t width) {
        if (rest_.size() < width) ok_ = false;
        return ok_;
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    Scanner scan(text);
    const int y = scan.digits(4);
    scan.any_of("-");
    const int m = scan.digits(2);
    scan.any_of("-");
    const int d = scan.digits(2);
    scan.any_of("Tt ");
    const int hour = scan.digits(2);
    scan.any_of(":");
    const int minute = scan.digits(2);
    scan.any_of(":");
    const int second = scan.digits(2);
    const int ms = scan.fraction_ms();
    const char zone = scan.any_of("Zz+-");
    minutes offset(0);
    if (zone == '+' || zone == '-') {
        const int zone_hours = scan.digits(2);
        scan.any_of(":");
        offset = hours(zone_hours) + minutes(scan.digits(2));
        if (zone == '-') offset = -offset;
    }
    const year_month_day date{year(y), month(static_cast<unsigned>(m)),
                              day(static_cast<unsigned>(d))};
    if (!scan.finished() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    const milliseconds since = sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) +
                               seconds(second) + milliseconds(ms) - offset;
    return since.count();
}

}  // namespace llmr::routing
