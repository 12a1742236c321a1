// The whole of retry and fallback on random graphs: plans are walks along "falls back to" edges, so
// that cycles bring the same candidate again and again.
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "routing/attempt.hpp"
#include "routing/breaker.hpp"
#include "routing/policy.hpp"

using namespace llmr;
using namespace llmr::routing;
using std::chrono::milliseconds;

namespace {

constexpr int kQueries = 100'000;
constexpr milliseconds kBetweenQueries{10};

class World {
public:
    explicit World(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    /// A walk of up to 12 steps through a random graph of up to 6 servers.
    RoutePlan random_plan() {
        const std::size_t nodes = 1 + below(6);
        std::vector<std::vector<std::size_t>> edges(nodes);
        for (auto& targets : edges)
            for (std::size_t count = below(4); count > 0; --count)
                targets.push_back(below(nodes));
        RoutePlan plan;
        std::size_t node = below(nodes);
        for (int step = 0; step < 12; ++step) {
            plan.candidates.push_back(candidate(node));
            if (edges[node].empty()) break;
            node = edges[node][below(edges[node].size())];
        }
        return plan;
    }

    AttemptOutcome random_failure() {
        constexpr std::array kFailures{
            AttemptOutcome::not_sent, AttemptOutcome::refused,      AttemptOutcome::rejected,
            AttemptOutcome::too_long, AttemptOutcome::filtered,     AttemptOutcome::failed_early,
            AttemptOutcome::refused,  AttemptOutcome::failed_early, AttemptOutcome::failed_late};
        return kFailures[below(kFailures.size())];
    }

private:
    static Candidate candidate(std::size_t node) {
        Candidate candidate;
        candidate.upstream_index = node;
        candidate.model = "m";
        candidate.locality = node % 3 == 2 ? Locality::external : Locality::local;
        candidate.context_length = 4096 << node;
        return candidate;
    }
    std::mt19937 random_;
};

struct Totals {
    int requests = 0;  ///< that reached an upstream
    int above_cap = 0;
    int repeated = 0;
    int late = 0;  ///< attempts begun after the deadline
    SteadyTime now = SteadyTime() + std::chrono::hours(1);
};

/// One query, as the daemon runs it; `breakers` may be null.
void run_query(World& world, RetryBudget& retries, BreakerMap* breakers, bool only_refusals,
               Totals& totals) {
    const RoutePlan plan = world.random_plan();
    SteadyTime now = totals.now;
    const SteadyTime deadline = now + milliseconds(world.below(1500));
    AttemptMachine machine(plan, FallbackPolicy::always, deadline, &retries);
    std::set<std::size_t> tried;
    for (int attempts = 1;; ++attempts) {
        const Candidate& candidate = plan.candidates[machine.current()];
        totals.above_cap += attempts > static_cast<int>(kMaxAttempts) ? 1 : 0;
        totals.repeated += tried.insert(candidate.upstream_index).second ? 0 : 1;
        totals.late += attempts > 1 && now >= deadline ? 1 : 0;
        Breaker* const breaker =
            breakers ? &breakers->at(candidate.upstream_index, candidate.model) : nullptr;
        AttemptOutcome outcome = AttemptOutcome::not_sent;
        if (!breaker || breaker->allow(now)) {
            outcome = only_refusals ? AttemptOutcome::refused : world.random_failure();
            totals.requests += outcome == AttemptOutcome::not_sent ? 0 : 1;
            now += milliseconds(world.below(700));
            if (breaker) breaker->on_failure(now);
        }
        if (machine.after(outcome, now) == NextStep::stop) return;
    }
}

Totals run(bool with_breakers, bool only_refusals) {
    World world(20'261'121);
    RetryBudget retries(10);
    BreakerMap breakers;
    Totals totals;
    for (int query = 0; query < kQueries; ++query) {
        run_query(world, retries, with_breakers ? &breakers : nullptr, only_refusals, totals);
        totals.now += kBetweenQueries;
    }
    MESSAGE(fmt::format("{} queries, all fail: {} requests, {:.4f} a query", kQueries,
                        totals.requests, double(totals.requests) / kQueries));
    return totals;
}

}  // namespace

TEST_CASE("random fallback graphs: never above the cap, never late, 1.1 requests a query at most") {
    for (const bool with_breakers : {false, true}) {
        for (const bool only_refusals : {false, true}) {
            CAPTURE(with_breakers);
            CAPTURE(only_refusals);
            const Totals totals = run(with_breakers, only_refusals);
            CHECK(totals.above_cap == 0);
            CHECK(totals.repeated == 0);
            CHECK(totals.late == 0);
            CHECK(totals.requests > 0);
            CHECK(totals.requests * 10 <= kQueries * 11);
        }
    }
}

TEST_CASE("without a retry budget the same graphs double the load") {
    World world(20'261'121);
    Totals totals;
    for (int query = 0; query < 1000; ++query) {
        RetryBudget fresh(10);
        run_query(world, fresh, nullptr, true, totals);
    }
    CHECK(totals.requests > 1500);
}
