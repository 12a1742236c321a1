#include "routing/price_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/text.hpp"
#include "routing/rfc3339.hpp"

namespace llmr::routing {
namespace {

constexpr std::size_t kLeastColumns = 3;
constexpr std::size_t kPriceColumns = 4;
constexpr std::array<std::string_view, kPriceColumns> kColumnNames{"input", "output", "cache read",
                                                                   "cache write"};

Error fault(std::string message) {
    return Error(Errc::invalid_parameter, std::move(message));
}

std::vector<std::string_view> split_blanks(std::string_view line) {
    std::vector<std::string_view> cells;
    for (;;) {
        const std::size_t begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return cells;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
        cells.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

Result<std::optional<PicoUsd>> read_price(std::string_view what, std::string_view cell) {
    if (cell == "-") return std::optional<PicoUsd>();
    const Result<PicoUsd> price = parse_usd_per_million(cell);
    if (!price) {
        return fault(std::string(what) + " \"" + std::string(cell) +
                     "\": " + price.error().message);
    }
    return std::optional<PicoUsd>(*price);
}

Result<std::int64_t> read_length(std::string_view cell) {
    std::int64_t tokens = 0;
    const char* const end = cell.data() + cell.size();
    const auto [stop, failed] = std::from_chars(cell.data(), end, tokens);
    if (failed != std::errc() || stop != end || tokens < 1) {
        return fault("above= wants a number of prompt tokens");
    }
    return tokens;
}

Result<std::int64_t> read_time(std::string_view cell) {
    constexpr std::size_t kDateLength = 10;
    std::string time(cell);
    if (time.size() == kDateLength) time += "T00:00:00Z";
    const auto ms = parse_rfc3339(time);
    if (!ms || *ms <= 0) return fault("from= wants a date such as 2026-09-01");
    return *ms;
}

Result<ServiceTier> read_tier(std::string_view cell) {
    const ServiceTier tier = parse_service_tier(cell);
    if (tier == ServiceTier::standard && cell != to_string(tier)) {
        return fault("tier= wants batch, flex, priority or standard");
    }
    return tier;
}

template <class Value, class Target>
std::optional<Error> assign(const Result<Value>& value, Target& target) {
    if (!value) return value.error();
    target = *value;
    return std::nullopt;
}

std::optional<Error> read_extra(std::string_view cell, PriceRow& row) {
    const std::size_t equals = std::min(cell.find('='), cell.size());
    const std::string_view key = cell.substr(0, equals);
    const std::string_view value = cell.substr(std::min(equals + 1, cell.size()));
    if (key == "write_1h") return assign(read_price(key, value), row.rates.cache_write_1h);
    if (key == "reasoning") return assign(read_price(key, value), row.rates.reasoning);
    if (key == "above") return assign(read_length(value), row.above);
    if (key == "from") return assign(read_time(value), row.from_ms);
    if (key == "tier") return assign(read_tier(value), row.service);
    return fault("\"" + std::string(cell) +
                 "\" is none of write_1h=, reasoning=, above=, tier=, from=");
}

std::optional<Error> read_prices(const std::vector<std::string_view>& cells, std::size_t count,
                                 Rates& rates) {
    std::array<std::optional<PicoUsd>, kPriceColumns> prices;
    for (std::size_t i = 0; i < count; ++i) {
        if (auto error = assign(read_price(kColumnNames[i], cells[i + 1]), prices[i])) return error;
    }
    if (!prices[0] || !prices[1]) return fault("input and output prices must be stated");
    rates.input = *prices[0];
    rates.output = *prices[1];
    rates.cache_read = prices[2];
    rates.cache_write = prices[3];
    return std::nullopt;
}

std::optional<Error> read_row(const std::vector<std::string_view>& cells, PriceRow& row) {
    row.name = to_lower(cells[0]);
    std::size_t prices = 0;
    while (prices < kPriceColumns && prices + 1 < cells.size() &&
           cells[prices + 1].find('=') == std::string_view::npos) {
        ++prices;
    }
    if (prices + 1 < kLeastColumns) return fault("expected a name, an input and an output price");
    if (auto error = read_prices(cells, prices, row.rates)) return error;
    for (std::size_t i = prices + 1; i < cells.size(); ++i) {
        if (auto error = read_extra(cells[i], row)) return error;
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<PriceRow>> parse_price_table(std::string_view text) {
    std::vector<PriceRow> rows;
    rows.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const auto cells = split_blanks(text.substr(0, std::min(end, text.find('#'))));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (cells.empty()) continue;
        PriceRow row;
        if (const auto error = read_row(cells, row)) {
            return fault("line " + std::to_string(number) + " (" + std::string(cells[0]) +
                         "): " + error->message);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace llmr::routing
