#pragma once

#include "classifier/features.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// What the client said about its own query; these win over anything learned or ruled.
struct Hints {
    std::optional<QueryType> type;  ///< x-router-type, or a model name such as auto:code
};

/// Type, complexity 1 to 10, score in [0,1] and reasons. Deterministic, no allocation, no I/O, no
/// state; under 10 us for 300 bytes and under 1 ms for 64 KiB. Thread-safe.
/// Embedding is decided by the endpoint alone. Rules that hold whatever else is said (endpoint,
/// context length, the routing table) are in rules.hpp.
Classification classify(const Features& features, const Hints& hints = {});

}  // namespace llmr::classifier
