#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "routing/price_book.hpp"

namespace llmr::daemon {

/// What the operator should know of prices before the first call is billed; a line per model.
struct PriceNotes {
    std::vector<std::string> known;    ///< what a small call costs, to see a wrong unit at once
    std::vector<std::string> missing;  ///< which model has no price, and the variable for one
};

/// Looks at the models that the configuration sends out. `now_ms` is UTC.
PriceNotes price_notes(const Config& config, const routing::PriceBook& book, std::int64_t now_ms);

}  // namespace llmr::daemon
