#pragma once

#include <optional>
#include <vector>

#include <simdjson.h>

#include "core/types.hpp"

namespace llmr::providers {

/// The raw vectors of Gemini's batch, or of what Vertex AI predicts for each instance, in order.
/// Nothing if `root` is neither.
std::optional<std::vector<simdjson::dom::element>> gemini_vectors(simdjson::dom::element root);

/// Vertex AI counts the tokens of each text; the Gemini API, if it counts, those of all.
Usage gemini_embedding_usage(simdjson::dom::element root);

}  // namespace llmr::providers
