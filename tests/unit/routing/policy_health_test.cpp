#include <string>

#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

const RouteQuery kSimple = query(QueryType::simple, 2);
const RouteQuery kComplex = query(QueryType::complex, 9);

}  // namespace

TEST_CASE("other hosts of the same model follow, and the last place is kept for the fallback") {
    Config four = config();
    four.upstreams.push_back(upstream("ollama-4", Dialect::ollama, Locality::local));
    const auto everywhere =
        plus(plus(default_models(), model("mistral:7b", 1)), model("mistral:7b", 3));
    RouteTester tester(everywhere, four);
    CHECK(tester.route(kSimple) == "ollama/mistral:7b ollama-2/mistral:7b openai/gpt-4o-mini");
    CHECK(RouteTester::skipped(*tester.plan(kSimple), "ollama-4", "mistral:7b") == "attempt limit");
    RouteTester alone(everywhere, with_fallback(FallbackPolicy::never, four));
    CHECK(alone.route(kSimple) == "ollama/mistral:7b ollama-2/mistral:7b ollama-4/mistral:7b");
    alone.grants = true;
    CHECK(alone.plan(query(QueryType::simple, 9))->candidates.size() == kMaxAttempts);
}

TEST_CASE("a host whose circuit is open is skipped while there is another") {
    RouteTester tester(plus(default_models(), model("mistral:7b", 1)));
    tester.failing = {"ollama/mistral:7b"};
    CHECK(tester.route(kSimple) == "ollama-2/mistral:7b openai/gpt-4o-mini");
    CHECK(RouteTester::skipped(*tester.plan(kSimple), "ollama", "mistral:7b") == "circuit open");
}

TEST_CASE("when all local hosts fail, the policy decides what is tried") {
    const struct {
        FallbackPolicy policy;
        bool grants;
        const char* expected;
        int asked;
        bool reserved;
    } rows[] = {
        {FallbackPolicy::always, false, "openai/gpt-4o-mini", 0, false},
        {FallbackPolicy::allowance, true, "openai/gpt-4o-mini", 1, true},
        {FallbackPolicy::allowance, false, "ollama/mistral:7b openai/gpt-4o-mini", 1, false},
        {FallbackPolicy::never, true, "ollama/mistral:7b", 0, false},
    };
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.policy));
        CAPTURE(row.grants);
        RouteTester tester(default_models(), with_fallback(row.policy));
        tester.grants = row.grants;
        tester.failing = {"ollama/mistral:7b"};
        CHECK(tester.route(kSimple) == row.expected);
        CHECK(tester.asked == row.asked);
        CHECK(tester.plan(kSimple)->external_reserved == row.reserved);
    }
}

TEST_CASE("if everything is failing, everything is tried, local first") {
    RouteTester tester;
    tester.failing = {"ollama/mistral:7b", "openai/gpt-4o-mini"};
    CHECK(tester.route(kSimple) == "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.plan(kSimple)->reason ==
          "simple 2: mistral:7b is the model for simple queries; its circuit is open, tried for "
          "want of another");
    RouteTester embedding;
    embedding.failing = {"ollama/nomic-embed-text:latest"};
    CHECK(embedding.route(query(QueryType::embedding, 1)) == "ollama/nomic-embed-text:latest");
}

TEST_CASE("no allowance is spent on an external server whose circuit is open") {
    RouteTester tester;
    tester.grants = true;
    tester.failing = {"openai/gpt-4o-mini"};
    CHECK(tester.route(kComplex) == "ollama/codellama:13b");
    CHECK(tester.asked == 0);
    const auto plan = tester.plan(kComplex);
    CHECK(RouteTester::skipped(*plan, "openai", "gpt-4o-mini") == "circuit open");
    CHECK(plan->skipped.size() == 1);
    CHECK(tester.plan(kSimple)->skipped.size() == 1);
}

TEST_CASE("code and embeddings have no fallback") {
    for (const QueryType type : {QueryType::code, QueryType::embedding}) {
        RouteTester tester;
        const auto plan = tester.plan(query(type, 10));
        REQUIRE(plan.has_value());
        CHECK(plan->candidates.size() == 1);
        CHECK(plan->candidates[0].locality == Locality::local);
    }
}

TEST_CASE("policy never keeps fallbacks out of the plan, but not granted places") {
    RouteTester tester(default_models(), with_fallback(FallbackPolicy::never));
    CHECK(tester.route(kSimple) == "ollama/mistral:7b");
    tester.grants = true;
    CHECK(tester.route(kComplex) == "openai/gpt-4o-mini ollama/codellama:13b");
}

TEST_CASE("a plan that starts external without asking the share does so only for want of a local") {
    // Whoever counts the query must be able to tell its place from the plan alone.
    for (const FallbackPolicy policy :
         {FallbackPolicy::always, FallbackPolicy::allowance, FallbackPolicy::never}) {
        for (int bits = 0; bits < 64; ++bits) {
            RouteTester tester(default_models(), with_fallback(policy));
            tester.grants = (bits & 1) != 0;
            if (bits & 2) tester.failing.insert("ollama/mistral:7b");
            if (bits & 4) tester.failing.insert("openai/gpt-4o-mini");
            RouteQuery asked = query(QueryType::simple, (bits & 8) != 0 ? 9 : 1);
            if (bits & 16) asked.forced = Locality::external;
            asked.has_images = (bits & 32) != 0;
            const auto plan = tester.plan(asked);
            CHECK(tester.asked <= 1);
            if (!plan) continue;
            CAPTURE(bits);
            CHECK(plan->external_reserved == (tester.asked == 1 && tester.grants));
            if (plan->candidates[0].locality == Locality::external && !plan->external_reserved) {
                CHECK(tester.asked == 0);
                CHECK(policy == FallbackPolicy::always);
            }
            if (plan->external_reserved) {
                CHECK(plan->candidates[0].locality == Locality::external);
            }
        }
    }
}
