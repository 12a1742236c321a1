#include "classifier/classifier.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include "classifier/dense_features.hpp"
#include "classifier/model.hpp"
#include "classifier/prior.hpp"
#include "classifier/reasons.hpp"
#include "classifier/rules.hpp"

namespace llmr::classifier {
namespace {

/// The type with the highest odds; embedding only where the endpoint does not say.
QueryType best(const Verdict& verdict, bool endpoint_known) {
    QueryType best = QueryType::simple;
    float odds = std::numeric_limits<float>::lowest();
    for (const QueryType type : kAllQueryTypes) {
        if (type == QueryType::embedding && endpoint_known) continue;
        const float here = verdict.types[static_cast<std::size_t>(type)];
        if (here > odds) {
            odds = here;
            best = type;
        }
    }
    return best;
}

}  // namespace

void prepare() {
    classify(extract_features("hello"));
}

Classification classify(const Features& features, const Hints& hints) {
    const Model& model = Model::built_in();
    const DenseFeatures dense(features);
    Verdict verdict = model.judge(features.ngrams, dense.values());
    add_prior(verdict.types, features, dense.signals());

    Classification result;
    Reason ruled{};
    result.type = apply_rules(best(verdict, features.endpoint_known), features, ruled);
    if (hints.type) {
        result.type = *hints.type;
        ruled = {};
        result.add_reason("type given by the client");
    }
    if (!ruled.what.empty()) result.add_reason(ruled.what, ruled.value);

    const double shift = hints.shifts[static_cast<std::size_t>(result.type)];
    const Difficulty& difficulty = model.difficulty();
    const double value =
        difficulty.complexity(result.type, static_cast<double>(verdict.difficulty), shift);
    result.complexity = static_cast<int>(std::lround(value));
    // There is no better vector to be had from a strong model: the one that was stored counts.
    result.score = result.type == QueryType::embedding ? 0.0 : difficulty.score(value);
    tell_reasons(result, features, dense, verdict, model, !hints.type);
    return result;
}

}  // namespace llmr::classifier
