#pragma once

#include <array>
#include <cstddef>

#include "classifier/zone_sums.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// Places a query among those of its type by the learned difficulty, and says what a strong model
/// gains there. The routing table's band of the type holds whatever was learned.
struct Difficulty {
    static constexpr std::size_t kKnots = 19;  ///< complexity 1, 1.5, ... 10

    std::array<float, kTypes> middle{};  ///< of the difficulties of a type
    std::array<float, kTypes> spread{};  ///< their standard deviation
    std::array<float, kKnots> gain{};    ///< share of the gap that is real; rises with complexity

    /// Real number of 1 to 10; the complexity is this, rounded. `shift` moves it within the band.
    double complexity(QueryType type, double difficulty, double shift) const;
    /// In [0,1], rising with `complexity`.
    double score(double complexity) const;
};

}  // namespace llmr::classifier
