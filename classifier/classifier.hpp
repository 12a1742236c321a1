#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "classifier/features.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// Moves the complexity of a type's queries up or down within its band; what experience says.
using Shifts = std::array<double, kAllQueryTypes.size()>;

/// What is known beyond the query itself.
struct Hints {
    /// x-router-type, or a model name such as auto:code; wins over anything learned or ruled.
    std::optional<QueryType> type;
    Shifts shifts{};
};

/// Type, complexity 1 to 10, score in [0,1] and reasons. Deterministic, no allocation, no I/O, no
/// state; under 10 us for 300 bytes and under 1 ms for 64 KiB. Thread-safe.
/// Where the endpoint is known it alone decides embedding. Rules that hold whatever is learned
/// (endpoint, context length, the routing table) are in rules.hpp.
Classification classify(const Features& features, const Hints& hints = {});

/// Reads the weights and the word lists, which the first query would otherwise wait for: about a
/// millisecond.
void prepare();

}  // namespace llmr::classifier
