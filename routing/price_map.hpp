#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "routing/price_row.hpp"

namespace llmr::routing {

struct PriceMap {
    std::vector<PriceRow> rows;
    std::size_t left_out = 0;  ///< entries not priced by token, at zero, too high or too fine
    std::vector<std::string> first_left_out;  ///< names of a few of them
};

/// Reads a JSON price map in USD per token: LiteLLM's (`input_cost_per_token`,
/// `cache_read_input_token_cost`, `..._above_200k_tokens`, `..._priority` per model), or one with
/// `models: {name: {cost_per_token, above_prompt_tokens, service_tier}}`. Amounts are taken as the
/// text in the file. A model at zero for both directions is promotional or variable there, not
/// free: it is left out, and so is one above 1000 USD per million tokens or finer than a pico-USD
/// per token. Errors: invalid_json; invalid_parameter with the entry, the key and the fault.
Result<PriceMap> parse_price_map(std::string_view json);

}  // namespace llmr::routing
