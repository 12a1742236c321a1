#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

#include "core/money.hpp"
#include "core/types.hpp"

namespace llmr::providers {

/// What an answer says about its own price.
struct Billing {
    /// OpenRouter's `usage.cost`, taken from the text of the answer; with a key of one's own
    /// (`is_byok`) plus what the provider behind it charges.
    std::optional<PicoUsd> stated_cost;
    std::optional<ServiceTier> service;  ///< `service_tier` of the answer or of its usage
};

/// `root` is the parsed `json`: a whole answer, or one chunk of a stream.
Billing read_billing(simdjson::dom::element root, std::string_view json);

}  // namespace llmr::providers
