#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "routing/price.hpp"
#include "routing/price_row.hpp"

namespace llmr::routing {

/// What models cost. Immutable after construction; thread-safe.
class PriceBook {
public:
    /// A time at which the newest price of each model holds.
    static constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();

    /// The book compiled into the program (routing/prices.tsv). Parsed at the first call.
    static const PriceBook& built_in();
    /// Text in the format of price_table.hpp. Errors: as there, and as from_rows.
    static Result<PriceBook> parse(std::string_view table);
    /// Of rows that differ in their rates alone the last counts. Errors: invalid_parameter if a
    /// model has no plain row for a day it has others for.
    static Result<PriceBook> from_rows(std::vector<PriceRow> rows);

    /// This book with the prices of `other` on top: each replaces the one of the same name and day,
    /// with all its levels.
    PriceBook overridden_by(const PriceBook& other) const;

    /// `provider` narrows ("openai", "azure"); a name may carry it as prefix. Case, a "models/"
    /// prefix and ":latest" do not matter. Dated snapshots fall back to their base name. Sellers
    /// with a price list of their own (Azure, OpenRouter) are never priced from another list.
    /// `at_ms` is the UTC time of the attempt. Null if unknown; else lives as long as the book.
    const Price* find(std::string_view model, std::string_view provider = {},
                      std::int64_t at_ms = kNewest) const;
    /// Every name once, sorted.
    std::vector<std::string> names() const;
    /// Every price, by name and day.
    const std::vector<Price>& prices() const { return prices_; }
    std::size_t size() const { return prices_.size(); }

private:
    const Price* exact(std::string_view name, std::int64_t at_ms) const;
    const Price* snapshot_or_base(std::string name, std::int64_t at_ms) const;

    std::vector<Price> prices_;
};

}  // namespace llmr::routing
