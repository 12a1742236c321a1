#include "classifier/reasons.hpp"

#include <algorithm>
#include <array>

#include "classifier/weights.hpp"

namespace llmr::classifier {
namespace {

constexpr float kWorthTelling = 0.25F;  ///< log-odds; what says less is no reason
constexpr std::size_t kTold = 4;

constexpr std::array<std::string_view, kZones> kZoneWords{
    "how the request begins", "wording of the opening",     "wording of the end",
    "words used in the turn", "wording of the turn before", "wording of the system prompt"};

struct Said {
    float strength;
    std::size_t order;
    std::string_view what;
};

/// How much more something says for `type` than for the others on average.
template <class Weight>
float preference(QueryType type, Weight&& weight) {
    float all = 0.0F;
    for (const QueryType other : kAllQueryTypes)
        all += weight(other);
    return weight(type) - all / static_cast<float>(kTypes);
}

class Told {
public:
    void add(float strength, std::string_view what) {
        if (strength < kWorthTelling || count_ == said_.size()) return;
        said_[count_] = {strength, count_, what};
        ++count_;
    }
    void tell(Classification& result) {
        // Not stable_sort, which allocates; equal ones keep their order by where they stand.
        std::sort(said_.begin(), said_.begin() + count_, [](const Said& a, const Said& b) {
            return a.strength != b.strength ? a.strength > b.strength : a.order < b.order;
        });
        for (std::size_t i = 0; i < std::min(count_, kTold); ++i)
            result.add_reason(said_[i].what);
    }

private:
    std::array<Said, kSignals + kZones> said_{};
    std::size_t count_ = 0;
};

void tell_type(Classification& result, const DenseFeatures& dense, const Verdict& verdict,
               const Model& model) {
    Told told;
    for (std::size_t i = 0; i < kSignals; ++i) {
        const auto signal = static_cast<Signal>(i);
        const float strength = dense.signals()[signal];
        if (strength == 0.0F) continue;
        const float said = preference(
            result.type, [&](QueryType type) { return strength * model.weight(i, type); });
        told.add(said, weights_of(signal).reason);
    }
    for (std::size_t zone = 0; zone < kZones; ++zone) {
        const auto& part = verdict.zones[zone];
        told.add(preference(result.type,
                            [&](QueryType type) { return part[static_cast<std::size_t>(type)]; }),
                 kZoneWords[zone]);
    }
    told.tell(result);
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

void tell_reasons(Classification& result, const Features& features, const DenseFeatures& dense,
                  const Verdict& verdict, const Model& model, bool why_type) {
    if (result.type == QueryType::embedding && features.endpoint_known) return;
    if (why_type) tell_type(result, dense, verdict, model);
    if (features.has_earlier) result.add_reason(weights_of(Signal::continues_earlier).reason);
    tell_quantities(result, features);
}

}  // namespace llmr::classifier
