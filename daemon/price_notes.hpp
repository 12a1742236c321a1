#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "routing/price_book.hpp"
#include "routing/price_file.hpp"

namespace llmr::daemon {

/// What the operator should know of prices before the first call is billed; a line per model.
struct PriceNotes {
    std::vector<std::string> known;    ///< what a small call costs, to see a wrong unit at once
    std::vector<std::string> missing;  ///< which model has no price, and the variable for one
};

/// Looks at the models that the configuration sends out: LLM_EXTERNAL_MODEL, which is also where
/// failed local queries go, targets of LLM_MODEL_ALIASES on an external upstream, deployments of
/// LLM_AZURE_DEPLOYMENT_MODELS, and models of LLM_MODEL_... that run in Ollama's cloud. `now_ms` is
/// UTC.
PriceNotes price_notes(const Config& config, const routing::PriceBook& book, std::int64_t now_ms);

/// "1,000 tokens in and 1,000 out cost $0.00075"
std::string example_cost(const routing::Price& price);
/// How a model of that upstream that has no price gets one.
std::string_view price_advice(const UpstreamConfig& upstream);

/// One line that says what of LLM_PRICES_FILE gives no price; nothing if all of it does.
std::optional<std::string> left_out_note(const routing::PriceFile& file);

}  // namespace llmr::daemon
