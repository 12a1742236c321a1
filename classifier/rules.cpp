#include "classifier/rules.hpp"

#include <limits>

namespace llmr::classifier {
namespace {

constexpr std::int64_t kComplexTokens = 4000;  ///< the routing table: complex above this
constexpr std::int64_t kMediumTokens = 2000;   ///< and medium from here on
constexpr std::int64_t kSimpleWords = 500;     ///< simple only below this

bool only_small_talk(const Features& features) {
    const Turn& turn = features.last;
    return turn.total.words <= 6 && has(turn.ask.cues, Cue::greeting);
}

/// A memory layer's system prompt: facts from what the user says, as JSON, whatever that is.
bool extracts_by_order(const Features& features) {
    const CueSet system = features.system;
    const bool extracting =
        has(system, Cue::extract) && has_any(system, cues(Cue::format, Cue::entity));
    return extracting && (features.wants_json || has(system, Cue::format));
}

}  // namespace

Band band_of(QueryType type) {
    switch (type) {
        case QueryType::embedding:
            return {1.0, 1.0};
        case QueryType::code:
            return {2.0, 6.0};
        case QueryType::simple:
            return {1.0, 3.4};
        case QueryType::summarization:
            return {2.0, 4.0};
        case QueryType::extraction:
            return {1.6, 2.4};
        case QueryType::medium:
            return {3.6, 6.4};
        case QueryType::complex:
            return {6.6, 10.0};
    }
    return {1.0, 10.0};
}

QueryType apply_rules(QueryType chosen, const Features& features, Reason& reason) {
    if (is_embedding(features.operation)) {
        reason = {"embeddings endpoint", std::numeric_limits<double>::quiet_NaN()};
        return QueryType::embedding;
    }
    if (extracts_by_order(features)) {
        reason = {"system prompt asks to extract", std::numeric_limits<double>::quiet_NaN()};
        return QueryType::extraction;
    }
    if (chosen != QueryType::simple && chosen != QueryType::medium) return chosen;
    if (only_small_talk(features)) return chosen;
    const double tokens = static_cast<double>(features.estimated_tokens);
    // A question that stands on its own is no harder for what was said before it.
    const bool stands_alone =
        chosen == QueryType::simple && features.turns > 1 && !features.has_earlier;
    if (stands_alone) return chosen;
    if (features.estimated_tokens > kComplexTokens) {
        reason = {"estimated tokens in the conversation", tokens};
        return QueryType::complex;
    }
    if (chosen == QueryType::medium) return chosen;
    if (features.estimated_tokens >= kMediumTokens) {
        reason = {"estimated tokens in the conversation", tokens};
        return QueryType::medium;
    }
    if (features.words >= kSimpleWords) {
        reason = {"words in the last turn", static_cast<double>(features.words)};
        return QueryType::medium;
    }
    return chosen;
}

}  // namespace llmr::classifier
