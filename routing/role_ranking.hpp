#pragma once

#include <vector>

#include "core/types.hpp"
#include "routing/local_model.hpp"

namespace llmr::routing {

/// Could `model` do the work of `role` at all, here? Cloud models never.
bool can_fill(const LocalModel& model, QueryType role);

/// The models of `models` that can fill `role`, best first:
/// embedding: nomic, then mxbai, then bge, then others, the larger first;
/// code: coders by size, then others by size;
/// simple, summarization, extraction: no coder, the nearest to 8 billion parameters first;
/// medium, complex: the largest first, at equal size one that is no coder.
/// Of equal rank, one in memory comes before one that must be loaded (but for embeddings); then by
/// name, then upstream.
std::vector<const LocalModel*> ranked_for_role(const std::vector<LocalModel>& models,
                                               QueryType role);

}  // namespace llmr::routing
