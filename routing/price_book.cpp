#include "routing/price_book.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "core/text.hpp"

namespace llmr::routing {
namespace {

/// Sellers with a price list of their own: a name they do not list has no price, even if its maker
/// lists one.
constexpr std::array<std::string_view, 3> kOwnLists{"azure", "azure_ai", "openrouter"};
/// Makers whose models the book lists without a prefix.
constexpr std::array<std::string_view, 6> kUnprefixed{"openai", "anthropic", "google",
                                                      "gemini", "vertex_ai", "deepseek"};
constexpr std::size_t kPlainColumns = 5;
constexpr std::size_t kTieredColumns = 10;

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::vector<std::string_view> split_tabs(std::string_view line) {
    std::vector<std::string_view> cells;
    for (;;) {
        const std::size_t end = line.find('\t');
        cells.push_back(trim(line.substr(0, end)));
        if (end == std::string_view::npos) return cells;
        line.remove_prefix(end + 1);
    }
}

Result<std::optional<PicoUsd>> optional_price(std::string_view cell) {
    if (cell == "-") return std::optional<PicoUsd>();
    const Result<PicoUsd> price = parse_usd_per_million(cell);
    if (!price) return price.error();
    return std::optional<PicoUsd>(*price);
}

/// Four cells from `cells[first]` on.
Result<Rates> parse_rates(const std::vector<std::string_view>& cells, std::size_t first) {
    std::array<std::optional<PicoUsd>, 4> prices;
    for (std::size_t i = 0; i < prices.size(); ++i) {
        const Result<std::optional<PicoUsd>> price = optional_price(cells[first + i]);
        if (!price) return price.error();
        prices[i] = *price;
    }
    if (!prices[0] || !prices[1]) {
        return Error(Errc::invalid_parameter, "input and output prices must be stated");
    }
    Rates rates;
    rates.input = *prices[0];
    rates.output = *prices[1];
    rates.cache_read = prices[2];
    rates.cache_write = prices[3];
    return rates;
}

Result<Price> parse_row(std::string_view line) {
    const std::vector<std::string_view> cells = split_tabs(line);
    if (cells.size() != kPlainColumns && cells.size() != kTieredColumns) {
        return Error(Errc::invalid_parameter, "expected 5 or 10 tab-separated columns");
    }
    if (cells[0].empty()) return Error(Errc::invalid_parameter, "a model name is missing");
    const Result<Rates> rates = parse_rates(cells, 1);
    if (!rates) return rates.error();
    Price price;
    static_cast<Rates&>(price) = *rates;
    price.id = cells[0];
    if (cells.size() == kTieredColumns) {
        const std::string_view over = cells[kPlainColumns];
        const char* const end = over.data() + over.size();
        const auto [stop, fault] = std::from_chars(over.data(), end, price.long_prompt_tokens);
        if (fault != std::errc() || stop != end || price.long_prompt_tokens < 1) {
            return Error(Errc::invalid_parameter, "the prompt length is not a positive integer");
        }
        const Result<Rates> tier = parse_rates(cells, kPlainColumns + 1);
        if (!tier) return tier.error();
        price.long_prompt = *tier;
    }
    return price;
}

Result<std::vector<Price>> parse_rows(std::string_view text) {
    std::vector<Price> prices;
    prices.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trim(text.substr(0, std::min(end, text.find('#'))));
        if (!line.empty()) {
            const Result<Price> price = parse_row(line);
            if (!price) {
                return Error(Errc::invalid_parameter,
                             "line " + std::to_string(number) + ": " + price.error().message);
            }
            prices.push_back(*price);
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return prices;
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "gpt-4o-2024-08-06" -> "gpt-4o", "claude-3-haiku-20240307" and "...@20240307" likewise.
/// Nothing if there is no date at the end.
std::optional<std::string_view> without_date(std::string_view name) {
    if (name.size() > 9) {
        const char mark = name[name.size() - 9];
        const bool dated = (mark == '-' || mark == '@') && all_digits(name.substr(name.size() - 8));
        if (dated && name.substr(name.size() - 8, 2) == "20")
            return name.substr(0, name.size() - 9);
    }
    if (name.size() > 11) {
        const std::string_view tail = name.substr(name.size() - 11);
        if (tail[0] == '-' && tail.substr(1, 2) == "20" && all_digits(tail.substr(1, 4)) &&
            tail[5] == '-' && all_digits(tail.substr(6, 2)) && tail[8] == '-' &&
            all_digits(tail.substr(9))) {
            return name.substr(0, name.size() - 11);
        }
    }
    return std::nullopt;
}

std::string normalized(std::string_view model) {
    std::string name = to_lower(trim(model));
    if (name.starts_with("models/")) name.erase(0, 7);
    if (name.ends_with(":latest")) name.resize(name.size() - 7);
    return name;
}

struct ById {
    bool operator()(const Price& a, const Price& b) const { return a.id < b.id; }
    bool operator()(const Price& a, std::string_view b) const { return a.id < b; }
};

}  // namespace

Result<PriceBook> PriceBook::parse_static(std::string_view tsv) {
    Result<std::vector<Price>> rows = parse_rows(tsv);
    if (!rows) return rows.error();
    PriceBook book;
    book.prices_ = std::move(*rows);
    // The last of equals first, so that unique keeps it.
    std::reverse(book.prices_.begin(), book.prices_.end());
    std::stable_sort(book.prices_.begin(), book.prices_.end(), ById());
    const auto same = [](const Price& a, const Price& b) { return a.id == b.id; };
    book.prices_.erase(std::unique(book.prices_.begin(), book.prices_.end(), same),
                       book.prices_.end());
    book.prices_.shrink_to_fit();
    return book;
}

Result<PriceBook> PriceBook::parse(std::string_view tsv) {
    auto text = std::make_shared<const std::string>(to_lower(tsv));
    Result<PriceBook> book = parse_static(*text);
    if (book) book->text_ = std::move(text);
    return book;
}

const Price* PriceBook::exact(std::string_view name) const {
    const auto found = std::lower_bound(prices_.begin(), prices_.end(), name, ById());
    return found != prices_.end() && found->id == name ? &*found : nullptr;
}

const Price* PriceBook::snapshot_or_base(std::string name) const {
    if (const Price* price = exact(name)) return price;
    if (const auto base = without_date(name)) return exact(*base);
    if (name.ends_with("-latest")) return exact(std::string_view(name).substr(0, name.size() - 7));
    return nullptr;
}

const Price* PriceBook::find(std::string_view model, std::string_view provider) const {
    const std::string name = normalized(model);
    const std::string seller = to_lower(provider);
    const std::size_t slash = name.find('/');
    const std::string prefix = name.substr(0, slash == std::string::npos ? 0 : slash);
    if (contains(kOwnLists, seller)) {
        return snapshot_or_base(prefix == seller ? name : seller + "/" + name);
    }
    if (!seller.empty() && prefix != seller) {
        if (const Price* price = snapshot_or_base(seller + "/" + name)) return price;
    }
    if (const Price* price = snapshot_or_base(name)) return price;
    if (prefix.empty() || contains(kOwnLists, prefix)) return nullptr;
    if (contains(kUnprefixed, prefix) || prefix == seller) {
        if (const Price* price = snapshot_or_base(name.substr(slash + 1))) return price;
    }
    return snapshot_or_base("openrouter/" + name);
}

PicoUsd cost_of(const Usage& usage, const Price& price) {
    const bool long_prompt =
        price.long_prompt_tokens > 0 && usage.input_total() > price.long_prompt_tokens;
    const Rates& rates = long_prompt ? price.long_prompt : price;
    __extension__ using Wide = __int128;
    Wide sum = 0;
    const auto add = [&sum](std::int64_t tokens, PicoUsd rate) {
        if (tokens > 0) sum += static_cast<Wide>(tokens) * rate;
    };
    add(usage.input_uncached, rates.input);
    add(usage.cache_read, rates.cache_read.value_or(rates.input));
    add(usage.cache_write, rates.cache_write.value_or(rates.input));
    add(usage.output_visible, rates.output);
    add(usage.reasoning, rates.output);
    constexpr PicoUsd kMost = std::numeric_limits<PicoUsd>::max();
    return sum > kMost ? kMost : static_cast<PicoUsd>(sum);
}

}  // namespace llmr::routing
