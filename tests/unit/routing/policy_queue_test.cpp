// Queues, memory and deadlines in the plan.
#include <chrono>

#include <doctest/doctest.h>

#include "routing/role_ranking.hpp"
#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;
using namespace std::chrono_literals;

namespace {

ModelView view(bool loaded, int busy, std::chrono::microseconds wait = 0us) {
    ModelView result;
    result.loaded = loaded;
    result.in_flight = busy;
    result.wait = wait;
    return result;
}

RouteQuery with_deadline(RouteQuery query, std::chrono::milliseconds left) {
    query.time_left = left;
    return query;
}

const std::string kFirst = "ollama/mistral:7b";
const std::string kSecond = "ollama-2/mistral:7b";
const std::string kExternal = "openai/gpt-4o-mini";

RouteTester two_hosts(FallbackPolicy policy = FallbackPolicy::never) {
    return RouteTester(plus(default_models(), model("mistral:7b", 1)), with_fallback(policy));
}

}  // namespace

TEST_CASE("of several hosts those with the model in memory come first, then the least loaded") {
    struct Row {
        ModelView first;
        ModelView second;
        std::string expected;
    };
    const Row rows[] = {
        {view(true, 0), view(true, 0), kFirst + " " + kSecond},
        {view(false, 0), view(true, 3), kSecond + " " + kFirst},
        {view(true, 3), view(true, 2), kSecond + " " + kFirst},
        {view(true, 9), view(false, 0), kFirst + " " + kSecond},
        {view(false, 1), view(false, 0), kSecond + " " + kFirst},
    };
    for (const Row& row : rows) {
        RouteTester router = two_hosts();
        router.views = {{kFirst, row.first}, {kSecond, row.second}};
        CHECK(router.route(query(QueryType::simple, 2)) == row.expected);
        CHECK(router.route(query(QueryType::simple, 2, "mistral:7b")) == row.expected);
    }
}

TEST_CASE("a host that is not expected to begin by the deadline is skipped, and says why") {
    RouteTester router = two_hosts();
    router.views = {{kFirst, view(true, 4, 9s)}, {kSecond, view(true, 4, 1s)}};
    const auto plan = router.plan(with_deadline(query(QueryType::simple, 2), 2000ms));
    REQUIRE(plan.has_value());
    CHECK(plan->candidates.size() == 1);
    CHECK(plan->candidates.front().upstream == "ollama-2");
    CHECK(RouteTester::skipped(*plan, "ollama", "mistral:7b") ==
          "it is expected to begin in 9000 ms, and the deadline is in 2000 ms");
    CHECK(router.asked == 0);
    // Without a deadline a long wait is no reason.
    CHECK(router.route(query(QueryType::simple, 2)) == kFirst + " " + kSecond);
}

TEST_CASE("what cannot begin in time locally goes external if the share grants it") {
    RouteTester router = two_hosts(FallbackPolicy::always);
    router.views = {{kFirst, view(true, 4, 9s)}, {kSecond, view(true, 4, 7500ms)}};
    const RouteQuery late = with_deadline(query(QueryType::simple, 2), 2000ms);
    SUBCASE("granted, whatever the score") {
        router.grants = true;
        const auto plan = router.plan(late);
        REQUIRE(plan.has_value());
        CHECK(router.route(late) == kExternal);
        CHECK(plan->external_reserved);
        CHECK(plan->reason ==
              "simple 2: no local model can begin in time, external allowance granted");
        CHECK_FALSE(router.asked_score);
    }
    SUBCASE("else it is refused at once, with when to come back") {
        const auto plan = router.plan(late);
        REQUIRE_FALSE(plan.has_value());
        CHECK(plan.error().code == Errc::deadline_exceeded);
        CHECK(plan.error().retry_after_seconds == 8);
        CHECK(router.asked == 1);
    }
}

TEST_CASE("a query that stays local is refused without asking the share") {
    for (RouteQuery late : {query(QueryType::simple, 9), query(QueryType::code, 9),
                            query(QueryType::simple, 2, "mistral:7b")}) {
        RouteTester router = two_hosts(FallbackPolicy::always);
        router.grants = true;
        router.views = {{kFirst, view(true, 4, 9s)},
                        {kSecond, view(true, 4, 9s)},
                        {"ollama/deepseek-coder:6.7b", view(false, 0, 9s)}};
        if (late.classification.type != QueryType::code)
            late.local_only = llmr::LocalOnly::by_header;
        late.time_left = 2000ms;
        CHECK(router.route(late) == "deadline_exceeded");
        CHECK(router.asked == 0);
    }
}

TEST_CASE("a conversation leaves its own model when that cannot begin in time, and only then") {
    RouteTester router;
    router.grants = true;
    ConversationHome with;
    with.place = {0, "codellama:13b"};
    with.complexity = 2;
    RouteQuery asked = with_deadline(query(QueryType::simple, 2), 2000ms);
    asked.conversation = &with;
    SUBCASE("its own model is late: the role's answers") {
        router.views = {{"ollama/codellama:13b", view(true, 4, 9s)}};
        CHECK(router.route(asked).starts_with("ollama/mistral:7b"));
        CHECK(router.plan(asked)->reason.ends_with(
            "; the conversation leaves codellama:13b: it cannot begin in time"));
    }
    SUBCASE("the role's is late: its own answers, and no external place is asked for") {
        router.views = {{"ollama/mistral:7b", view(true, 4, 9s)}};
        CHECK(router.route(asked).starts_with("ollama/codellama:13b"));
        CHECK(router.asked == 0);
    }
}

TEST_CASE("of models of equal rank the one in memory fills a role, but not for embeddings") {
    std::vector<LocalModel> models{model("a-coder:7b"), model("b-coder:7b"), embedder("a-embed"),
                                   embedder("b-embed")};
    models[1].resident = true;
    models[3].resident = true;
    CHECK(ranked_for_role(models, QueryType::code).front()->name == "b-coder:7b");
    CHECK(ranked_for_role(models, QueryType::embedding).front()->name == "a-embed");
    models[1].resident = false;
    CHECK(ranked_for_role(models, QueryType::code).front()->name == "a-coder:7b");
}
