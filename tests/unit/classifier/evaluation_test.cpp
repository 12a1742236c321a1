#include "classifier/evaluation.hpp"

#include <doctest/doctest.h>

namespace llmr::classifier_test {
namespace {

using classifier::EvaluatedQuery;

EvaluatedQuery query(QueryType said, double score, int complexity, std::optional<QueryType> type,
                     std::optional<double> gap) {
    EvaluatedQuery made;
    made.said.type = said;
    made.said.score = score;
    made.said.complexity = complexity;
    made.type = type;
    made.gap = gap;
    return made;
}

}  // namespace

TEST_CASE("accuracy and F1 count what is labelled") {
    const auto figures = classifier::evaluate({
        query(QueryType::code, 0.1, 3, QueryType::code, {}),
        query(QueryType::code, 0.1, 3, QueryType::simple, {}),
        query(QueryType::simple, 0.1, 1, QueryType::simple, {}),
        query(QueryType::medium, 0.1, 5, {}, 0.5),
    });
    CHECK(figures.typed == 3);
    CHECK(figures.accuracy == doctest::Approx(2.0 / 3));
    CHECK(figures.types[static_cast<std::size_t>(QueryType::simple)].recall() ==
          doctest::Approx(0.5));
    CHECK(figures.macro_f1 == doctest::Approx(2.0 / 3));
}

TEST_CASE("the area is 1/2 for equal scores, and what the best order gives for the best scores") {
    std::vector<EvaluatedQuery> equal;
    std::vector<EvaluatedQuery> best;
    for (int i = 0; i < 100; ++i) {
        const double gap = i < 50 ? 1.0 : 0.0;
        equal.push_back(query(QueryType::complex, 0.5, 8, {}, gap));
        best.push_back(query(QueryType::complex, i < 50 ? 0.9 : 0.1, 8, {}, gap));
    }
    CHECK(classifier::evaluate(equal).apgr == doctest::Approx(0.5));
    CHECK(classifier::evaluate(equal).recovered_5 == doctest::Approx(0.05));
    CHECK(classifier::evaluate(best).apgr == doctest::Approx(0.75));
    CHECK(classifier::evaluate(best).recovered_5 == doctest::Approx(0.1));
    CHECK(classifier::evaluate(best).mean_gap == doctest::Approx(0.5));
}

TEST_CASE("a score that says what is gained has no calibration error, and orders as the gap does") {
    std::vector<EvaluatedQuery> queries;
    for (int i = 0; i < 100; ++i) {
        const double gap = i / 100.0;
        queries.push_back(query(QueryType::complex, gap, 8, {}, gap));
    }
    CHECK(classifier::evaluate(queries).calibration_error == doctest::Approx(0.0));
    CHECK(classifier::evaluate(queries).spearman == doctest::Approx(1.0));
    for (EvaluatedQuery& one : queries)
        one.said.score = 1.0 - one.said.score;
    CHECK(classifier::evaluate(queries).calibration_error > 0.4);
    CHECK(classifier::evaluate(queries).spearman == doctest::Approx(-1.0));
    for (EvaluatedQuery& one : queries)
        one.said.score = 0.5;
    CHECK(classifier::evaluate(queries).spearman == 0.0);
}

TEST_CASE("a threshold sends what is at or above it, and never code") {
    const auto figures = classifier::evaluate({
        query(QueryType::complex, 0.9, 9, {}, 0.6),
        query(QueryType::complex, 0.8, 7, {}, 0.2),
        query(QueryType::code, 0.7, 6, {}, 0.2),
        query(QueryType::simple, 0.1, 1, {}, 0.0),
    });
    CHECK(figures.cuts[8].complexity == 9);
    CHECK(figures.cuts[8].share == doctest::Approx(0.25));
    CHECK(*figures.cuts[8].recovered == doctest::Approx(0.6));
    CHECK(figures.cuts[6].share == doctest::Approx(0.5));
    CHECK(figures.cuts[0].share == doctest::Approx(0.75));
    CHECK(figures.cuts[9].share == 0.0);
}

TEST_CASE("nothing to evaluate gives zeros, not faults") {
    const auto figures = classifier::evaluate({});
    CHECK(figures.accuracy == 0.0);
    CHECK(figures.apgr == 0.0);
    CHECK(!figures.cuts[0].recovered);
}

}  // namespace llmr::classifier_test
