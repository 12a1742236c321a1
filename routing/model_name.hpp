#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "core/types.hpp"
#include "routing/model_catalog.hpp"
#include "routing/price_book.hpp"

namespace llmr::routing {

/// What a client's `model` means.
struct ModelRequest {
    bool automatic = false;                     ///< `auto`, or a priced name that is not installed
    std::optional<QueryType> type;              ///< auto:code, auto:simple, ...
    std::optional<Locality> locality;           ///< auto:local, auto:external
    std::string exact_model;                    ///< honoured as is, when not automatic
    std::optional<std::size_t> upstream_index;  ///< of exact_model, if the name says so
    std::string baseline_model;  ///< price-book name the savings are counted against, or ""
    std::string_view why = "named by the client";  ///< of exact_model; static text
};

/// Aliases first (once, so they cannot loop), then `auto` and its narrower forms (also with
/// :latest, and auto-code), then installed names, `provider/model` of a configured upstream, priced
/// names (mean `auto`, and are the baseline). An empty name is `auto`, and so is the configured
/// external model's own name. A provider goes by each of its names (`azure_openai/`, `vllm/`);
/// `openai/` also means the first OpenAI-compatible upstream, `ollama/` and `ollama_chat/` any
/// Ollama that has the model. Error: model_not_found with the nearest names.
Result<ModelRequest> interpret_model(std::string_view asked, const Config& config,
                                     const ModelCatalog& catalog, const PriceBook& prices);

/// The virtual models that lists show: auto:latest, auto-code:latest, ...
std::vector<std::string> virtual_models();
bool is_virtual_model(std::string_view name);
/// The type that a virtual model's name asks for, if it asks for one.
std::optional<QueryType> virtual_type(std::string_view name);

}  // namespace llmr::routing
