#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "classifier/features.hpp"
#include "classifier/signals.hpp"

namespace llmr::classifier {

/// Rises whenever a feature comes to mean something else: weights must then be trained again.
inline constexpr std::uint32_t kFeatureVersion = 1;

inline constexpr std::size_t kCues = static_cast<std::size_t>(Cue::count_);
inline constexpr std::size_t kQuantities = 96;  ///< places for counts and shares, some unused
/// Signals of the last turn and of the one before, cues that lead the request, stand in it, stand
/// in the system prompt, quantities.
inline constexpr std::size_t kDense = 2 * kSignals + 3 * kCues + kQuantities;

/// Every feature that is not an n-gram, most of them 0, none far beyond 1.
class DenseFeatures {
public:
    /// What the features of a query come to. No allocation.
    explicit DenseFeatures(const Features& features);

    std::span<const float, kDense> values() const { return values_; }
    /// The signals of the last turn, which explain a decision in words.
    const Signals& signals() const { return signals_; }

private:
    void add_quantities(const Features& features);

    Signals signals_;
    std::array<float, kDense> values_{};
};

}  // namespace llmr::classifier
