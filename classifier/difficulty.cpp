#include "classifier/difficulty.hpp"

#include <algorithm>
#include <cmath>

#include "classifier/rules.hpp"

namespace llmr::classifier {

double Difficulty::complexity(QueryType type, double difficulty, double shift) const {
    const auto t = static_cast<std::size_t>(type);
    const Band band = band_of(type);
    // Most of a type's queries spread over the middle of its band, and none leaves it.
    constexpr double kSteepness = 1.5;
    // Damaged weights may sum up to no number: then nothing is known of the query.
    const double known = std::isfinite(difficulty) ? difficulty : static_cast<double>(middle[t]);
    const double deviation =
        (known - static_cast<double>(middle[t])) / static_cast<double>(spread[t]);
    const double place = 1.0 / (1.0 + std::exp(-kSteepness * deviation));
    const double value = band.low + (band.high - band.low) * place + shift;
    return std::clamp(value, band.low, band.high);
}

double Difficulty::score(double complexity) const {
    const double at = std::clamp((complexity - 1.0) * 2.0, 0.0, static_cast<double>(kKnots - 1));
    const auto below = std::min(static_cast<std::size_t>(at), kKnots - 2);
    const double part = at - static_cast<double>(below);
    return (1.0 - part) * static_cast<double>(gain[below]) +
           part * static_cast<double>(gain[below + 1]);
}

}  // namespace llmr::classifier
