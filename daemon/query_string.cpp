#include "daemon/query_string.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace llmr::daemon {
namespace {

Error since_error(std::string_view text) {
    return Error(
        Errc::invalid_parameter,
        fmt::format(
            "since={}: give a span (90m, 24h, 7d), a date (2026-01-31) or all; nearest valid: 24h",
            text.substr(0, 40)),
        "since");
}

/// Days since 1970 of a date written 2026-01-31.
Result<std::int64_t> date_ms(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const auto number = [&](std::size_t at, std::size_t length, auto& out) {
        const char* end = text.data() + at + length;
        return std::from_chars(text.data() + at, end, out).ptr == end;
    };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !number(0, 4, year) ||
        !number(5, 2, month) || !number(8, 2, day)) {
        return since_error(text);
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) return since_error(text);
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::sys_days(date).time_since_epoch())
        .count();
}

}  // namespace

Result<QueryParams> parse_query(std::string_view query,
                                std::initializer_list<std::string_view> known) {
    QueryParams params;
    if (query.empty()) return params;
    const std::string text = "?" + std::string(query);
    const auto parsed = boost::urls::parse_relative_ref(text);
    if (!parsed) return Error(Errc::invalid_parameter, "malformed query string");
    for (const auto param : parsed->params()) {
        std::string name(param.key);
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::vector<std::string> names(known.begin(), known.end());
            const auto near = nearest_names(name, names, 1);
            return Error(
                Errc::invalid_parameter,
                fmt::format("unknown parameter; known are {}; nearest valid: {}",
                            fmt::join(known, ", "), near.empty() ? names.front() : near.front()),
                name.substr(0, 40));
        }
        params.insert_or_assign(std::move(name), std::string(param.value));
    }
    return params;
}

Result<std::int64_t> parse_since(std::string_view text, std::int64_t now_ms) {
    if (text.empty() || text == "all") return 0;
    if (text.find('-') != text.npos) return date_ms(text);
    std::int64_t amount = 0;
    const char* end = text.data() + text.size() - 1;
    const auto parsed = std::from_chars(text.data(), end, amount);
    if (parsed.ec != std::errc() || parsed.ptr != end || amount <= 0 || amount > 1'000'000) {
        return since_error(text);
    }
    constexpr std::int64_t minute = 60'000;
    switch (text.back()) {
        case 'm':
            return now_ms - amount * minute;
        case 'h':
            return now_ms - amount * 60 * minute;
        case 'd':
            return now_ms - amount * 24 * 60 * minute;
        default:
            return since_error(text);
    }
}

}  // namespace llmr::daemon
