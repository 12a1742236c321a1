#include "routing/score_cut.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "routing/local_share.hpp"

using namespace llmr::routing;

namespace {

constexpr int kQueries = 30'000;
constexpr double kThreshold = 95;
constexpr double kCompetes = 0.6;  ///< scores from here on may go external

using Stream = std::function<double(std::mt19937&, int index)>;

/// Scores around a mean that moves up and down by half of its spread, three times.
double swinging(std::mt19937& random, int index) {
    const double phase = 2 * std::numbers::pi * index / (kQueries / 3.0);
    std::normal_distribution<double> score(0.55 + 0.06 * std::sin(phase), 0.2);
    return std::clamp(score(random), 0.0, 1.0);
}

/// Queries get harder all the time.
double climbing(std::mt19937& random, int index) {
    std::normal_distribution<double> score(0.45 + 0.1 * index / kQueries, 0.22);
    return std::clamp(score(random), 0.0, 1.0);
}

/// A classifier that knows five values.
double coarse(std::mt19937& random, int) {
    constexpr double kValues[] = {0.1, 0.3, 0.65, 0.75, 0.9};
    std::discrete_distribution<int> pick({6, 6, 4, 3, 1});
    return kValues[pick(random)];
}

struct Picks {
    double mean = 0;  ///< of the scores that went external
    double used = 0;  ///< of the places there were
};

Picks pick(const Stream& stream, bool by_score, std::vector<double>& scores) {
    LocalShare share(kThreshold, 1000);
    std::mt19937 random(11);
    scores.clear();
    double sum = 0;
    for (int index = 0; index < kQueries; ++index) {
        const double score = stream(random, index);
        const bool competes = score >= kCompetes;
        scores.push_back(competes ? score : 0);
        ExternalClaim claim{competes, {}};
        if (by_score && competes) claim.score = score;
        if (share.decide(claim).external) sum += score;
    }
    const auto external = static_cast<double>(share.snapshot().external);
    return {sum / external, external / ((1 - kThreshold / 100) * kQueries)};
}

/// The mean of the true best, chosen afterwards.
double best_mean(std::vector<double> scores) {
    std::sort(scores.rbegin(), scores.rend());
    const auto count = static_cast<std::ptrdiff_t>((1 - kThreshold / 100) * kQueries);
    return std::accumulate(scores.begin(), scores.begin() + count, 0.0) /
           static_cast<double>(count);
}

}  // namespace

TEST_CASE("external places go to the highest scores of a drifting stream, and few stay unused") {
    const struct {
        const char* name;
        Stream stream;
        double least_mean;
    } rows[] = {
        {"swinging", swinging, 0.95}, {"climbing", climbing, 0.95}, {"coarse", coarse, 0.93}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        std::vector<double> scores;
        const Picks first_come = pick(row.stream, false, scores);
        const Picks picks = pick(row.stream, true, scores);
        const double best = best_mean(scores);
        MESSAGE(
            fmt::format("{}: mean score of external picks {:.3f} of the best possible, "
                        "{:.1f}% of the places used; first come {:.3f}, {:.1f}%",
                        row.name, picks.mean / best, 100 * picks.used, first_come.mean / best,
                        100 * first_come.used));
        CHECK(picks.mean >= row.least_mean * best);
        CHECK(picks.used >= 0.97);
        CHECK(picks.mean > 1.1 * first_come.mean);
    }
}

TEST_CASE("a rate is kept where all scores are the same") {
    ScoreCut cut;
    int taken = 0;
    for (int i = 0; i < 5000; ++i) {
        if (cut.take(0.7, 0.1)) ++taken;
        cut.record(0.7);
    }
    CHECK(std::abs(taken - 500) <= 2);
}

TEST_CASE("without any history everybody is taken, and then only who is better than the others") {
    ScoreCut cut;
    CHECK(cut.take(0, 0.01));
    CHECK(cut.lowest(0.01) == 0);
    for (int i = 0; i < 100; ++i)
        cut.record(0.8);
    CHECK_FALSE(cut.would_take(0.7, 0.05));
    CHECK(cut.would_take(0.9, 0.05));
    for (int i = 0; i < 1000; ++i)
        cut.record(std::nullopt);
    CHECK(cut.would_take(0.1, 0.05));
}

TEST_CASE("scores that are no numbers between 0 and 1 are the nearest ones") {
    ScoreCut cut;
    for (const double score : {-1.0, 0.0, std::nan(""), 2.0, 1.0})
        cut.record(score);
    CHECK(cut.would_take(7, 0.4));
    CHECK_FALSE(cut.would_take(std::nan(""), 0.3));
    CHECK(cut.would_take(std::nan(""), 1));
}
