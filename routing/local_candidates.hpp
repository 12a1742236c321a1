#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "routing/model_catalog.hpp"

namespace llmr::routing {

/// What a query needs of a local model.
struct LocalNeeds {
    QueryType role = QueryType::simple;
    bool images = false;
    bool tools = false;
    std::int64_t input_tokens = 0;  ///< 0: any context will do
};

/// What stands in the way of answering locally.
enum class Lack : std::uint8_t {
    none,
    model,  ///< the role is unfilled
    vision,
    tools,
    context
};

/// Why `model` cannot serve `needs`, in words; empty if it can.
std::string unfit_because(const LocalModel& model, const LocalNeeds& needs);

/// The local model for a query, and who has it.
struct LocalPick {
    std::vector<const LocalModel*> hosts;  ///< one model on one or more servers, the best first
    bool substitute = false;               ///< not the role's own model
    Lack lack = Lack::none;                ///< why hosts is empty
    std::int64_t longest_context = 0;      ///< of those that lack only context

    struct Passed {
        const LocalModel* model;
        std::string why;
    };
    std::vector<Passed> passed_over;
};

/// The role's own model if it serves the needs, else the best of the role's ranking that does.
/// Embeddings know no substitute: another model's vectors would be worthless.
LocalPick pick_local(const ModelCatalog& catalog, const LocalNeeds& needs);

}  // namespace llmr::routing
