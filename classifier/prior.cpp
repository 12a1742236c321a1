#include "classifier/prior.hpp"

#include <algorithm>

#include "classifier/weights.hpp"

namespace llmr::classifier {
namespace {

constexpr float kShare = 0.2F;  ///< of a hand-set point in log-odds; docs/classifier.md has others
constexpr float kEmbedding = -3.0F;  ///< points of embedding, of which signals know nothing
constexpr float kInherited = 4.0F;   ///< weight of the earlier turn's say when the last leans on it
constexpr float kBare = 12.0F;       ///< the same of "go on" and "another one"
constexpr float kOwnWords = 0.3F;    ///< what the words of such a turn still say
constexpr std::uint32_t kBareWords = 3;
constexpr float kReminded = 0.25F;  ///< the same when the last turn plainly asks itself
constexpr float kPlainly = 2.3F;    ///< points that count as plain

/// Lets the turn before speak for one that only continues it.
TypeScores with_earlier(const Features& features, Signals signals) {
    // Shortness says "simple" of a question, but nothing of a continuation.
    signals[Signal::short_bare] = 0.0F;
    TypeScores scores = score_types(signals);
    const TypeScores earlier = score_types(read_signals(features.earlier));
    const float own = *std::max_element(scores.begin(), scores.end());
    const float leaning = features.last.total.words <= kBareWords ? kBare : kInherited;
    const float share = own > kPlainly ? kReminded : leaning;
    for (const QueryType type : kAllQueryTypes) {
        if (type != QueryType::embedding) scores[index_of(type)] += share * earlier[index_of(type)];
    }
    return scores;
}

}  // namespace

void add_prior(std::array<float, kTypes>& odds, const Features& features, const Signals& signals) {
    const bool bare = features.has_earlier && features.last.total.words <= kBareWords;
    if (bare) {
        for (float& odd : odds)
            odd *= kOwnWords;
    }
    TypeScores scores =
        features.has_earlier ? with_earlier(features, signals) : score_types(signals);
    scores[index_of(QueryType::embedding)] = kEmbedding;
    for (std::size_t i = 0; i < kTypes; ++i)
        odds[i] += kShare * scores[i];
}

}  // namespace llmr::classifier
