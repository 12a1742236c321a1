#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "routing/price_book.hpp"

namespace llmr::routing {

/// The name under which the price book lists what `upstream` sells ("openai", "azure",
/// "openrouter"), from the host it is at, else from its name. Empty if neither tells: then models
/// are looked up by their bare names.
std::string_view seller_of(const UpstreamConfig& upstream);

/// What `upstream` charges for `model` at a time (UTC milliseconds): an Azure deployment by the
/// model that LLM_AZURE_DEPLOYMENT_MODELS gives it, and a name that has no price by the model that
/// the upstream says it served (`served`, may be empty). Null if unknown.
const Price* find_price(const PriceBook& book, const Config& config, const UpstreamConfig& upstream,
                        std::string_view model, std::string_view served, std::int64_t at_ms);

}  // namespace llmr::routing
