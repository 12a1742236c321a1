#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/types.hpp"

namespace llmr::classifier {

/// A query with what the classifier says of it and what is known of it.
struct EvaluatedQuery {
    Classification said;
    std::optional<QueryType> type;  ///< as labelled
    std::optional<double> gap;      ///< quality of the strong model's answer less the local one's
};

/// How many of a type were found, and how many were called so.
struct TypeFigures {
    std::size_t labelled = 0;
    std::size_t decided = 0;
    std::size_t right = 0;
    double recall() const;  ///< 0 if there are none
    double f1() const;
};

/// What would go external, and what that would gain, if every query from a complexity on did.
struct CutFigures {
    int complexity = 1;
    double share = 0;                 ///< of all queries; embeddings and code always stay
    std::optional<double> recovered;  ///< of all there is to gain
};

/// Figures over a set of queries.
struct Evaluation {
    std::size_t typed = 0;
    double accuracy = 0;
    double macro_f1 = 0;
    std::array<TypeFigures, kAllQueryTypes.size()> types{};
    std::size_t gapped = 0;
    double mean_gap = 0;
    double apgr = 0;  ///< area under the gap recovered by share; random routing has 0.5
    double calibration_error = 0;  ///< expected, over 10 bins of equal width
    double spearman = 0;           ///< rank correlation of score and gap; 0 if either is constant
    double recovered_5 = 0;        ///< of the gap, by the 5 % with the highest scores
    std::array<CutFigures, 10> cuts{};
};

/// Accuracy and F1 over what is labelled; APGR (RouteLLM, arXiv 2406.18665) over what has a gap,
/// queries of equal score shared evenly. O(n log n).
Evaluation evaluate(const std::vector<EvaluatedQuery>& queries);

}  // namespace llmr::classifier
