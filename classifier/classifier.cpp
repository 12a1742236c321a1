#include "classifier/classifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "classifier/difficulty.hpp"
#include "classifier/rules.hpp"
#include "classifier/signals.hpp"
#include "classifier/weights.hpp"

namespace llmr::classifier {
namespace {

constexpr float kInherited = 0.9F;  ///< share of the earlier turn's say when the last leans on it
constexpr float kReminded = 0.25F;  ///< the same when the last turn plainly asks itself
constexpr float kPlainly = 2.3F;    ///< a score of one's own that counts as plain
constexpr float kWorthTelling = 0.5F;  ///< contributions below this are no reason
constexpr std::size_t kToldSignals = 4;

QueryType best(const TypeScores& scores) {
    const auto top = std::max_element(scores.begin(), scores.end());
    return kAllQueryTypes[static_cast<std::size_t>(top - scores.begin())];
}

/// Lets the turn before speak for one that only continues it. What the last turn plainly asks for
/// itself still wins, as its own say is not reduced.
void inherit(const Features& features, Signals& signals, TypeScores& scores) {
    if (!features.has_earlier) return;
    const TypeScores earlier = score_types(read_signals(features.earlier));
    // Shortness says "simple" of a question, but nothing of a continuation.
    signals[Signal::short_bare] = 0.0F;
    scores = score_types(signals);
    const float own = *std::max_element(scores.begin(), scores.end());
    const float share = own > kPlainly ? kReminded : kInherited;
    for (std::size_t i = 0; i < kTypes; ++i) {
        if (kAllQueryTypes[i] != QueryType::embedding) scores[i] += share * earlier[i];
    }
    signals[Signal::continues_earlier] = 1.0F;
}

void tell_signals(Classification& result, const Signals& signals) {
    struct Said {
        float contribution;
        Signal signal;
    };
    std::array<Said, kSignals> worth;
    std::size_t count = 0;
    for (std::size_t i = 0; i < kSignals; ++i) {
        const auto signal = static_cast<Signal>(i);
        if (signals[signal] == 0.0F) continue;
        const float said = contribution(signals, signal, result.type);
        if (said >= kWorthTelling) worth[count++] = {said, signal};
    }
    std::sort(worth.begin(), worth.begin() + count, [](const Said& a, const Said& b) {
        return a.contribution != b.contribution ? a.contribution > b.contribution
                                                : a.signal < b.signal;
    });
    for (std::size_t i = 0; i < std::min(count, kToldSignals); ++i) {
        result.add_reason(weights_of(worth[i].signal).reason);
    }
    if (signals[Signal::continues_earlier] > 0.0F) {
        result.add_reason(weights_of(Signal::continues_earlier).reason);
    }
}

void tell_quantities(Classification& result, const Features& features) {
    constexpr std::uint32_t kLongSupplied = 60;
    constexpr std::int64_t kManyTokens = 1000;
    if (features.last.supplied_words >= kLongSupplied) {
        result.add_reason("long supplied text, words", features.last.supplied_words);
    } else if (features.last.total.words > 0) {
        result.add_reason(features.words == 1 ? "word in the last turn" : "words in the last turn",
                          static_cast<double>(features.words));
    }
    if (features.sampled) result.add_reason("long input read in samples");
    if (features.estimated_tokens >= kManyTokens) {
        result.add_reason("estimated tokens", static_cast<double>(features.estimated_tokens));
    }
    if (features.image_count > 0) {
        result.add_reason("images", static_cast<double>(features.image_count));
    }
    if (features.tool_count > 0) {
        result.add_reason("tools offered", static_cast<double>(features.tool_count));
    }
}

}  // namespace

Classification classify(const Features& features, const Hints& hints) {
    Signals signals = read_signals(features.last);
    add_request_signals(signals, features);
    TypeScores scores = score_types(signals);
    inherit(features, signals, scores);

    Classification result;
    Reason ruled{};
    result.type = apply_rules(best(scores), features, ruled);
    if (hints.type) {
        result.type = *hints.type;
        ruled = {};
        result.add_reason("type given by the client");
    }
    if (!ruled.what.empty()) result.add_reason(ruled.what, ruled.value);

    const Band band = band_of(result.type);
    double value = difficulty(result.type, features, signals);
    if (features.has_earlier && result.type != QueryType::embedding) {
        Features before = features;
        before.last = features.earlier;
        before.words = features.earlier.total.words;
        value = std::max(value, difficulty(result.type, before, read_signals(features.earlier)));
    }
    value = std::clamp(value, band.low, band.high);
    result.complexity = static_cast<int>(std::lround(value));
    result.score = (value - 1.0) / 9.0;
    if (result.type != QueryType::embedding) {
        if (!hints.type) tell_signals(result, signals);
        tell_quantities(result, features);
    }
    return result;
}

}  // namespace llmr::classifier
