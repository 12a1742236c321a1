#include "classifier/difficulty.hpp"

#include <algorithm>
#include <cmath>

#include "classifier/rules.hpp"

namespace llmr::classifier {
namespace {

double ratio(double value, double full) {
    return std::min(1.0, value / full);
}

/// 0 at one word, 1 at 150 words and above.
double length_of(const Features& features) {
    const double words = static_cast<double>(std::max<std::int64_t>(1, features.words));
    return std::min(1.0, std::log(words) / std::log(150.0));
}

double structure_of(const Turn& turn, const Signals& signals) {
    return 0.5 * static_cast<double>(signals[Signal::many_parts]) +
           0.5 * ratio(turn.ask.constraints, 4.0) + 0.3 * ratio(turn.ask.deep_words, 4.0) +
           (has(turn.ask.cues, Cue::depth) ? 0.4 : 0.0) -
           (has(turn.ask.cues, Cue::brief) ? 0.3 : 0.0);
}

double complex_part(const Features& features, const Signals& signals) {
    const Turn& turn = features.last;
    const double maths = static_cast<double>(signals[Signal::formal_maths]);
    const double proof = static_cast<double>(signals[Signal::proves]);
    const double essay = static_cast<double>(std::min(1.0F, signals[Signal::compares])) +
                         static_cast<double>(signals[Signal::weighs]);
    const double numbers = ratio(turn.total.numbers, 8.0);
    const double context = features.estimated_tokens > 4000 ? 0.5 : 0.0;
    return 0.8 * maths + 0.6 * proof + 0.5 * essay + 0.6 * numbers + context +
           0.4 * ratio(turn.total.hard_words, 3.0) +
           0.3 * static_cast<double>(signals[Signal::plans]);
}

}  // namespace

double difficulty(QueryType type, const Features& features, const Signals& signals) {
    const Turn& turn = features.last;
    const double length = length_of(features);
    const double structure = structure_of(turn, signals);
    const double tokens = static_cast<double>(features.estimated_tokens);
    double value = 1.0;
    switch (type) {
        case QueryType::embedding:
            break;
        case QueryType::code:
            value = 2.6 + 0.6 * ratio(turn.total.words, 120.0) + 0.6 * structure +
                    0.5 * static_cast<double>(signals[Signal::plans]) + ratio(tokens, 3000.0);
            break;
        case QueryType::simple:
            value = 1.0 + 1.6 * length + 0.4 * ratio(turn.total.numbers, 4.0) +
                    0.3 * ratio(turn.total.hard_words, 1.0);
            break;
        case QueryType::summarization:
            value = 2.0 + 0.3 * structure + 1.6 * ratio(tokens, 3000.0);
            break;
        case QueryType::extraction:
            value = 1.8 + 0.3 * structure + 0.4 * ratio(tokens, 4000.0);
            break;
        case QueryType::medium:
            value = 3.8 + 0.9 * length + 0.9 * structure + 0.4 * ratio(turn.total.hard_words, 2.0) +
                    0.5 * static_cast<double>(signals[Signal::compares]);
            break;
        case QueryType::complex:
            value = 6.6 + 0.8 * length + 0.6 * structure + complex_part(features, signals);
            break;
    }
    const Band band = band_of(type);
    return std::clamp(value, band.low, band.high);
}

}  // namespace llmr::classifier
