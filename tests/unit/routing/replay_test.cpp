#include "routing/replay.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using routing::Choice;
using routing::RecordedQuery;

namespace {

constexpr PicoUsd kOutside = 1000;

RecordedQuery query(std::int64_t seq, int complexity, double score, bool external = false) {
    RecordedQuery one;
    one.seq = seq;
    one.started_ms = 1000 + seq;
    one.type = complexity >= 7 ? QueryType::complex : QueryType::simple;
    one.complexity = complexity;
    one.score = score;
    one.external = external;
    one.cost = external ? kOutside : 0;
    one.baseline = kOutside;
    return one;
}

Config settings(double threshold, int complexity) {
    Config config;
    config.local_threshold = threshold;
    config.complexity_threshold = complexity;
    return config;
}

routing::ReplayResult replayed(std::vector<RecordedQuery> queries, const Config& config) {
    return routing::replay(queries, config,
                           [](const RecordedQuery&) { return std::optional(kOutside); });
}

/// Of every ten queries one is complex; all were answered locally.
std::vector<RecordedQuery> all_local(int count) {
    std::vector<RecordedQuery> queries;
    for (int i = 1; i <= count; ++i)
        queries.push_back(query(i, i % 10 == 0 ? 8 : 3, i % 10 == 0 ? 0.8 : 0.1));
    return queries;
}

}  // namespace

TEST_SUITE("replay") {
    TEST_CASE("a lower threshold lets more of the complex queries out, and never too many") {
        const auto queries = all_local(1000);
        std::int64_t before = -1;
        for (const double threshold : {100.0, 97.0, 95.0, 90.0}) {
            CAPTURE(threshold);
            const auto result = replayed(queries, settings(threshold, 7));
            CHECK(result.replayed.external > before);
            CHECK(double(result.replayed.external) <= 1000.0 * (100.0 - threshold) / 100.0 + 1e-9);
            CHECK(result.moved_to_external == result.replayed.external);
            CHECK(result.replayed.cost == result.replayed.external * kOutside);
            CHECK(result.replayed.savings == (1000 - result.replayed.external) * kOutside);
            before = result.replayed.external;
        }
        CHECK(before >= 90);
    }

    TEST_CASE("what was recorded is told as it was") {
        auto queries = all_local(20);
        queries[9] = query(10, 8, 0.8, true);
        const auto result = replayed(queries, settings(100, 7));
        CHECK(result.recorded.queries == 20);
        CHECK(result.recorded.external == 1);
        CHECK(result.recorded.cost == kOutside);
        CHECK(result.recorded.savings == 19 * kOutside);
        CHECK(result.replayed.external == 0);
        CHECK(result.replayed.cost == 0);
        CHECK(result.moved_to_local == 1);
        CHECK(result.first_ms == 1001);
        CHECK(result.last_ms == 1020);
    }

    TEST_CASE("below the complexity cut nothing leaves") {
        CHECK(replayed(all_local(500), settings(50, 9)).replayed.external == 0);
        CHECK(replayed(all_local(500), settings(50, 8)).replayed.external > 0);
    }

    TEST_CASE("queries that were not free stay where they were") {
        std::vector<RecordedQuery> queries;
        for (int i = 1; i <= 40; ++i) {
            queries.push_back(query(i, 9, 0.9, i % 2 == 0));
            queries.back().choice = i % 2 == 0 ? Choice::named : Choice::stays_local;
        }
        const auto result = replayed(queries, settings(0, 1));
        CHECK(result.replayed.external == 20);
        CHECK(result.moved_to_external + result.moved_to_local == 0);
        CHECK(result.replayed.cost == result.recorded.cost);
    }

    TEST_CASE("a query that only an external model can answer competes with no score") {
        auto queries = all_local(100);
        queries[98] = query(99, 2, 0.0);
        queries[98].choice = Choice::must_leave;
        std::vector<std::int64_t> outside;
        const Config config = settings(98, 10);
        routing::replay(
            queries, config, [](const RecordedQuery&) { return std::optional(kOutside); },
            [&](const routing::ReplayedQuery& one) {
                if (one.external) outside.push_back(one.query->seq);
            });
        CHECK(outside == std::vector<std::int64_t>{99});
    }

    TEST_CASE("a fallback goes out again, as the policy allows") {
        auto queries = all_local(10);
        queries[4].external = queries[4].fell_back = true;
        Config config = settings(100, 7);
        CHECK(replayed(queries, config).replayed.external == 1);
        config.fallback_policy = FallbackPolicy::allowance;
        CHECK(replayed(queries, config).replayed.external == 0);
        config.local_threshold = 0;
        CHECK(replayed(queries, config).replayed.external >= 1);
        config = settings(100, 7);
        config.fallback_policy = FallbackPolicy::never;
        CHECK(replayed(queries, config).replayed.external == 0);
    }

    TEST_CASE("the order is that of the decisions, whatever order they come in") {
        auto queries = all_local(300);
        const auto in_order = replayed(queries, settings(95, 7));
        std::reverse(queries.begin(), queries.end());
        CHECK(replayed(queries, settings(95, 7)).replayed.external == in_order.replayed.external);
    }

    TEST_CASE("what has no price is counted, not invented") {
        std::vector<RecordedQuery> queries = all_local(100);
        queries.push_back(query(101, 8, 0.9, true));
        queries.back().cost_unknown = true;
        const auto result = routing::replay(queries, settings(90, 7), [](const RecordedQuery&) {
            return std::optional<PicoUsd>();
        });
        CHECK(result.recorded.unpriced == 1);
        CHECK(result.replayed.unpriced == result.replayed.external);
        CHECK(result.replayed.cost == 0);
    }

    TEST_CASE("by tokens and by cost the share is one of those") {
        auto queries = all_local(1000);
        for (auto& one : queries)
            one.usage.input_uncached = one.complexity >= 7 ? 9 : 100;
        Config config = settings(99, 7);
        const auto by_queries = replayed(queries, config).replayed.external;
        config.share_unit = ShareUnit::tokens;
        const auto by_tokens = replayed(queries, config).replayed.external;
        CHECK(by_queries <= 10);
        CHECK(by_tokens > by_queries);
        config.share_unit = ShareUnit::cost;
        CHECK(replayed(queries, config).replayed.external <= 10);
    }
}

TEST_SUITE("recorded_choice") {
    using routing::fixtures::RouteTester;

    Choice choice_of(RouteTester & tester, const routing::RouteQuery& asked) {
        const auto plan = tester.plan(asked);
        REQUIRE(plan.has_value());
        CAPTURE(plan->reason);
        return routing::recorded_choice(plan->reason);
    }

    TEST_CASE("the reasons that plan_route gives are read back") {
        RouteTester tester;
        routing::RouteQuery asked = routing::fixtures::query(QueryType::complex, 8);
        CHECK(choice_of(tester, asked) == Choice::routed);
        tester.grants = true;
        CHECK(choice_of(tester, asked) == Choice::routed);
        asked.forced = Locality::external;
        CHECK(choice_of(tester, asked) == Choice::must_leave);
        asked.forced = Locality::local;
        CHECK(choice_of(tester, asked) == Choice::stays_local);
        asked.forced.reset();
        asked.local_only = LocalOnly::by_header;
        CHECK(choice_of(tester, asked) == Choice::stays_local);
        asked.local_only = LocalOnly::no;
        asked.has_images = true;
        CHECK(choice_of(tester, asked) == Choice::must_leave);
        asked.has_images = false;
        asked.model = "mistral:7b";
        CHECK(choice_of(tester, asked) == Choice::named);
    }
}
