#pragma once

#include <array>
#include <string_view>

#include "classifier/signals.hpp"
#include "classifier/zone_sums.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

using TypeScores = std::array<float, kTypes>;

constexpr std::size_t index_of(QueryType type) {
    return static_cast<std::size_t>(type);
}

/// How far one signal speaks for or against each type, and how it is told to a person. Set by hand
/// from what the words mean.
struct SignalWeights {
    Signal signal;
    std::string_view reason;
    float code, simple, summarization, extraction, medium, complex;
};

/// The weights of a signal. The table is in the order of the enumeration.
const SignalWeights& weights_of(Signal signal);

/// Sums weight times strength. Embedding gets nothing: words never decide it.
TypeScores score_types(const Signals& signals);

}  // namespace llmr::classifier
