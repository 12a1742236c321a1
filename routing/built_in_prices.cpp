#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "routing/price_book.hpp"

namespace llmr::routing {

// Written by embed_text.cmake from prices.tsv.
extern const unsigned char kPricesTsv[];
extern const std::size_t kPricesTsv_size;

const PriceBook& PriceBook::built_in() {
    static const PriceBook book = [] {
        const std::string_view text(reinterpret_cast<const char*>(kPricesTsv), kPricesTsv_size);
        Result<PriceBook> parsed = parse(text);
        if (!parsed) throw std::logic_error("prices.tsv: " + parsed.error().message);
        return std::move(*parsed);
    }();
    return book;
}

}  // namespace llmr::routing
