#include "routing/price_book.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "core/text.hpp"
#include "routing/price_table.hpp"

namespace llmr::routing {
namespace {

/// Sellers with a price list of their own: a name they do not list has no price, even if its maker
/// lists one.
constexpr std::array<std::string_view, 3> kOwnLists{"azure", "azure_ai", "openrouter"};
/// Makers whose models the book lists without a prefix.
constexpr std::array<std::string_view, 6> kUnprefixed{"openai", "anthropic", "google",
                                                      "gemini", "vertex_ai", "deepseek"};

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
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

/// By name, then by day.
bool earlier(const Price& a, const Price& b) {
    return std::tie(a.id, a.from_ms) < std::tie(b.id, b.from_ms);
}

Error no_base(const std::string& name) {
    return Error(Errc::invalid_parameter,
                 name + ": has prices for a tier or for long prompts, but no plain one");
}

/// Adds a level; the last of equals counts.
void add_level(Price& price, PriceLevel level) {
    const auto key = [](const PriceLevel& l) { return std::pair(l.service, l.above); };
    const auto place = std::lower_bound(
        price.levels.begin(), price.levels.end(), level,
        [&key](const PriceLevel& a, const PriceLevel& b) { return key(a) < key(b); });
    if (place != price.levels.end() && key(*place) == key(level))
        *place = std::move(level);
    else
        price.levels.insert(place, std::move(level));
}

/// The rows of one model and day as one price. Nothing if the plain row is missing.
std::optional<Price> assemble(std::span<const PriceRow> rows) {
    Price price;
    price.id = rows.front().name;
    price.from_ms = rows.front().from_ms;
    bool plain = false;
    for (const PriceRow& row : rows) {
        if (row.service == ServiceTier::standard && row.above == 0) {
            static_cast<Rates&>(price) = row.rates;
            plain = true;
        } else {
            add_level(price, {row.service, row.above, row.rates});
        }
    }
    if (!plain) return std::nullopt;
    price.levels.shrink_to_fit();
    return price;
}

}  // namespace

Result<PriceBook> PriceBook::from_rows(std::vector<PriceRow> rows) {
    const auto key = [](const PriceRow& row) { return std::tie(row.name, row.from_ms); };
    std::stable_sort(rows.begin(), rows.end(),
                     [&key](const PriceRow& a, const PriceRow& b) { return key(a) < key(b); });
    PriceBook book;
    for (auto first = rows.begin(); first != rows.end();) {
        const auto last = std::find_if(
            first, rows.end(), [&](const PriceRow& row) { return key(row) != key(*first); });
        auto price = assemble({first, last});
        if (!price) return no_base(first->name);
        book.prices_.push_back(std::move(*price));
        first = last;
    }
    book.prices_.shrink_to_fit();
    return book;
}

Result<PriceBook> PriceBook::parse(std::string_view table) {
    Result<std::vector<PriceRow>> rows = parse_price_table(table);
    if (!rows) return rows.error();
    return from_rows(std::move(*rows));
}

PriceBook PriceBook::overridden_by(const PriceBook& other) const {
    PriceBook book;
    book.prices_ = other.prices_;
    for (const Price& price : prices_) {
        if (!std::binary_search(other.prices_.begin(), other.prices_.end(), price, earlier))
            book.prices_.push_back(price);
    }
    std::sort(book.prices_.begin(), book.prices_.end(), earlier);
    return book;
}

std::vector<std::string> PriceBook::names() const {
    std::vector<std::string> names;
    for (const Price& price : prices_) {
        if (names.empty() || names.back() != price.id) names.push_back(price.id);
    }
    return names;
}

/// The newest price of that name that was valid by then.
const Price* PriceBook::exact(std::string_view name, std::int64_t at_ms) const {
    const auto after = std::upper_bound(
        prices_.begin(), prices_.end(), std::pair(name, at_ms),
        [](const std::pair<std::string_view, std::int64_t>& wanted, const Price& price) {
            return wanted < std::pair(std::string_view(price.id), price.from_ms);
        });
    if (after == prices_.begin()) return nullptr;
    const Price& price = *std::prev(after);
    return price.id == name ? &price : nullptr;
}

const Price* PriceBook::snapshot_or_base(std::string name, std::int64_t at_ms) const {
    if (const Price* price = exact(name, at_ms)) return price;
    if (const auto base = without_date(name)) return exact(*base, at_ms);
    if (name.ends_with("-latest"))
        return exact(std::string_view(name).substr(0, name.size() - 7), at_ms);
    return nullptr;
}

const Price* PriceBook::find(std::string_view model, std::string_view provider,
                             std::int64_t at_ms) const {
    const std::string name = normalized(model);
    const std::string seller = to_lower(provider);
    const std::size_t slash = name.find('/');
    const std::string prefix = name.substr(0, slash == std::string::npos ? 0 : slash);
    if (contains(kOwnLists, seller)) {
        return snapshot_or_base(prefix == seller ? name : seller + "/" + name, at_ms);
    }
    if (!seller.empty() && prefix != seller) {
        if (const Price* price = snapshot_or_base(seller + "/" + name, at_ms)) return price;
    }
    if (const Price* price = snapshot_or_base(name, at_ms)) return price;
    if (prefix.empty() || contains(kOwnLists, prefix)) return nullptr;
    if (contains(kUnprefixed, prefix) || prefix == seller) {
        if (const Price* price = snapshot_or_base(name.substr(slash + 1), at_ms)) return price;
    }
    return snapshot_or_base("openrouter/" + name, at_ms);
}

}  // namespace llmr::routing
