#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/money.hpp"
#include "core/types.hpp"

namespace llmr::routing {

/// Pico-USD per token of each bucket. A price that is not stated is absent: never zero, never a
/// guess.
struct Rates {
    PicoUsd input = 0;
    PicoUsd output = 0;
    std::optional<PicoUsd> cache_read;   ///< absent: billed as input
    std::optional<PicoUsd> cache_write;  ///< absent: billed as input
    bool operator==(const Rates&) const = default;
};

/// What one model costs.
struct Price : Rates {
    std::string_view id;  ///< the book's name for the model, stored in the ledger; lives as long
                          ///< as the book (the built-in one: for ever)
    std::int64_t long_prompt_tokens = 0;  ///< above this many prompt tokens `long_prompt` bills the
                                          ///< whole request; 0: one price for all lengths
    Rates long_prompt;
};

/// What models cost. Immutable after construction; thread-safe. Copies share the text.
class PriceBook {
public:
    /// The book compiled into the program (routing/prices.tsv). Parsed at the first call.
    static const PriceBook& built_in();
    /// Tab-separated text: name, input, output, cache read, cache write in USD per million tokens,
    /// then optionally the prompt length from which higher prices hold, and those four prices.
    /// "-" where not stated; '#' starts a comment; the last of duplicate names counts. Keeps a copy
    /// of the text. Errors: invalid_parameter with the line number.
    static Result<PriceBook> parse(std::string_view tsv);
    /// The same for text that outlives the book: nothing is copied.
    static Result<PriceBook> parse_static(std::string_view tsv);

    /// `provider` narrows ("openai", "azure"); a name may carry it as prefix. Case, a "models/"
    /// prefix and ":latest" do not matter. Dated snapshots fall back to their base name. Sellers
    /// with a price list of their own (Azure, OpenRouter) are never priced from another list.
    /// Null if unknown; else a pointer that lives as long as the book.
    const Price* find(std::string_view model, std::string_view provider = {}) const;
    std::size_t size() const { return prices_.size(); }

private:
    const Price* exact(std::string_view name) const;
    const Price* snapshot_or_base(std::string name) const;

    std::shared_ptr<const std::string> text_;  ///< what the ids point into; null: static text
    std::vector<Price> prices_;                ///< sorted by id
};

/// The one function that prices tokens, for streams and non-streams alike. Reasoning bills as
/// output. Negative counts are nothing. Saturates at the largest PicoUsd instead of overflowing.
PicoUsd cost_of(const Usage& usage, const Price& price);

}  // namespace llmr::routing
