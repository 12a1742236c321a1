#pragma once

#include <cstdint>
#include <string>

#include "routing/price.hpp"

namespace llmr::routing {

/// One level of one model's price, as price files state it.
struct PriceRow {
    std::string name;          ///< lower case
    std::int64_t from_ms = 0;  ///< UTC; 0: always
    ServiceTier service = ServiceTier::standard;
    std::int64_t above = 0;  ///< for prompts of more tokens than this
    Rates rates;
    bool operator==(const PriceRow&) const = default;
};

}  // namespace llmr::routing
