#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "classifier/ngrams.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

inline constexpr std::size_t kTypes = kAllQueryTypes.size();
/// What every feature has a weight for: the seven types, and the difficulty.
inline constexpr std::size_t kColumns = kTypes + 1;
inline constexpr std::size_t kDifficulty = kTypes;

/// Sums of quantised weights, by zone: all that is kept of the n-grams once they were seen.
struct ZoneSums {
    std::array<std::array<std::int32_t, kColumns>, kZones> sums{};
    std::array<std::uint32_t, kZones> counts{};
};

}  // namespace llmr::classifier
