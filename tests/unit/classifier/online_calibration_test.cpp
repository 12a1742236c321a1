#include "classifier/online_calibration.hpp"

#include <limits>

#include <doctest/doctest.h>

namespace llmr::classifier_test {

using classifier::Experience;
using classifier::OnlineCalibration;
using classifier::Shifts;

TEST_CASE("bad local answers make a type harder, good ones easier, and others stay") {
    OnlineCalibration calibration;
    calibration.learn(QueryType::medium, Locality::local, Experience::bad);
    CHECK(calibration.shift(QueryType::medium) == doctest::Approx(0.1));
    calibration.learn(QueryType::simple, Locality::local, Experience::good);
    CHECK(calibration.shift(QueryType::simple) == doctest::Approx(-0.05));
    CHECK(calibration.shift(QueryType::complex) == 0.0);
}

TEST_CASE("a strong model's bad answer says that strength does not help") {
    OnlineCalibration calibration;
    calibration.learn(QueryType::complex, Locality::external, Experience::bad);
    CHECK(calibration.shift(QueryType::complex) < 0.0);
    calibration.learn(QueryType::code, Locality::external, Experience::good);
    CHECK(calibration.shift(QueryType::code) == 0.0);
}

TEST_CASE("no experience moves a type beyond the bound, and it comes back from there") {
    OnlineCalibration calibration;
    for (int i = 0; i < 100'000; ++i)
        calibration.learn(QueryType::medium, Locality::local, Experience::bad);
    CHECK(calibration.shift(QueryType::medium) <= OnlineCalibration::kMost);
    CHECK(calibration.shift(QueryType::medium) > 1.4);
    calibration.learn(QueryType::medium, Locality::local, Experience::good);
    CHECK(calibration.shift(QueryType::medium) < OnlineCalibration::kMost - 0.04);
}

TEST_CASE("what was stored is brought within bounds") {
    OnlineCalibration calibration;
    Shifts stored{};
    stored[static_cast<std::size_t>(QueryType::code)] = 99.0;
    stored[static_cast<std::size_t>(QueryType::simple)] = std::numeric_limits<double>::quiet_NaN();
    stored[static_cast<std::size_t>(QueryType::complex)] = -0.5;
    calibration.restore(stored);
    CHECK(calibration.shift(QueryType::code) == OnlineCalibration::kMost);
    CHECK(calibration.shift(QueryType::simple) == 0.0);
    CHECK(calibration.shift(QueryType::complex) == -0.5);
}

TEST_CASE("a shift moves complexity and score within the type's band") {
    const auto features = classifier::extract_features(
        "Prove that the sum of two continuous functions is continuous.");
    classifier::Hints hints;
    const Classification plain = classifier::classify(features, hints);
    REQUIRE(plain.type == QueryType::complex);
    hints.shifts[static_cast<std::size_t>(QueryType::complex)] = 1.5;
    const Classification harder = classifier::classify(features, hints);
    CHECK(harder.score > plain.score);
    CHECK(harder.complexity >= plain.complexity);
    hints.shifts[static_cast<std::size_t>(QueryType::complex)] = -1.5;
    const Classification easier = classifier::classify(features, hints);
    CHECK(easier.score < plain.score);
    CHECK(easier.complexity >= 7);
}

}  // namespace llmr::classifier_test
