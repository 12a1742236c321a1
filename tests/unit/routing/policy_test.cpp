#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

TEST_CASE("each type goes to the model of its role, with the external server as last resort") {
    const struct {
        QueryType type;
        int complexity;
        const char* expected;
    } rows[] = {
        {QueryType::embedding, 1, "ollama/nomic-embed-text:latest"},
        {QueryType::code, 5, "ollama/deepseek-coder:6.7b"},
        {QueryType::simple, 2, "ollama/mistral:7b openai/gpt-4o-mini"},
        {QueryType::summarization, 3, "ollama/mistral:7b openai/gpt-4o-mini"},
        {QueryType::extraction, 3, "ollama/mistral:7b openai/gpt-4o-mini"},
        {QueryType::medium, 5, "ollama/codellama:13b openai/gpt-4o-mini"},
        {QueryType::complex, 6, "ollama/codellama:13b openai/gpt-4o-mini"},
    };
    for (const auto& row : rows) {
        CAPTURE(to_string(row.type));
        RouteTester tester;
        CHECK(tester.route(query(row.type, row.complexity)) == row.expected);
        CHECK(tester.asked == 0);
    }
}

TEST_CASE("the reason is one line in words with type and complexity") {
    RouteTester tester;
    const auto local = tester.plan(query(QueryType::simple, 2));
    CHECK(local->reason == "simple 2: mistral:7b is the model for simple queries");
    CHECK(local->candidates[0].why == "model for simple queries");
    CHECK(local->candidates[1].why == "fallback if local fails");
    const auto refused = tester.plan(query(QueryType::complex, 8));
    CHECK(refused->reason ==
          "complex 8: codellama:13b is the model for complex queries; "
          "local share: allowance used up");
    tester.grants = true;
    const auto granted = tester.plan(query(QueryType::complex, 8));
    CHECK(granted->reason == "complex 8: external allowance granted");
    RouteTester replaced({model("llama3.1:8b")});
    CHECK(replaced.plan(query(QueryType::simple, 1))->reason ==
          "simple 1: mistral:7b is not installed; using llama3.1:8b for simple");
}

TEST_CASE("a complex query goes external first if the share grants it, then local") {
    RouteTester tester;
    tester.grants = true;
    RouteQuery hard = query(QueryType::complex, 7);
    hard.classification.score = 0.8;
    const auto plan = tester.plan(hard);
    REQUIRE(plan.has_value());
    CHECK(plan->external_reserved);
    CHECK(tester.asked == 1);
    CHECK(tester.asked_score == 0.8);
    CHECK(tester.route(query(QueryType::complex, 7)) == "openai/gpt-4o-mini ollama/codellama:13b");
    CHECK(plan->candidates[0].locality == Locality::external);
    CHECK(plan->candidates[0].upstream_index == 2);
    CHECK(plan->decision_seq == 0);
}

TEST_CASE("a complex query that the share refuses stays local, and the plan says so") {
    RouteTester tester;
    const auto plan = tester.plan(query(QueryType::complex, 9));
    REQUIRE(plan.has_value());
    CHECK_FALSE(plan->external_reserved);
    CHECK(tester.asked == 1);
    CHECK(plan->candidates[0].model == "codellama:13b");
    CHECK(RouteTester::skipped(*plan, "openai", "gpt-4o-mini") == "local share: allowance used up");
}

TEST_CASE("the share is asked only from the threshold on, and never for code or embeddings") {
    const struct {
        QueryType type;
        int complexity;
        int asked;
    } rows[] = {{QueryType::simple, 6, 0},     {QueryType::simple, 7, 1},
                {QueryType::medium, 10, 1},    {QueryType::code, 10, 0},
                {QueryType::embedding, 10, 0}, {QueryType::extraction, 8, 1}};
    for (const auto& row : rows) {
        CAPTURE(to_string(row.type));
        RouteTester tester;
        tester.grants = true;
        const auto plan = tester.plan(query(row.type, row.complexity));
        CHECK(tester.asked == row.asked);
        CHECK(plan->external_reserved == (row.asked == 1));
    }
}

TEST_CASE("without a share or an external server everything stays local") {
    Config alone = config();
    alone.upstreams.resize(2);
    RouteTester tester(default_models(), alone);
    tester.grants = true;
    CHECK(tester.route(query(QueryType::complex, 10)) == "ollama/codellama:13b");
    CHECK(tester.asked == 0);
    const ModelCatalog catalog(default_models(), alone);
    const Config all = config();
    const RouteContext context{all, catalog, PriceBook::built_in(), {}, {}};
    const auto plan = plan_route(query(QueryType::complex, 10), context);
    CHECK_FALSE(plan->external_reserved);
    CHECK(plan->candidates[0].locality == Locality::local);
}

TEST_CASE("local-only, a forced local route and auto:local never leave, for any type") {
    for (const QueryType type : kAllQueryTypes) {
        for (int way = 0; way < 5; ++way) {
            CAPTURE(to_string(type));
            CAPTURE(way);
            RouteTester tester(plus(default_models(), model("gpt-oss:120b-cloud")));
            tester.grants = true;
            RouteQuery asked = query(type, 10);
            if (way == 0) asked.local_only = LocalOnly::by_header;
            if (way == 1) asked.forced = Locality::local;
            if (way == 2) asked.model = "auto:local";
            if (way >= 3) {
                asked.forced = Locality::external;
                asked.model = way == 3 ? "auto:local" : "auto:external";
                if (way == 4) asked.local_only = LocalOnly::by_header;
            }
            const auto plan = tester.plan(asked);
            REQUIRE(plan.has_value());
            CHECK(tester.asked == 0);
            for (const Candidate& each : plan->candidates) {
                CHECK(each.locality == Locality::local);
            }
        }
    }
}

TEST_CASE("what keeps a query local is named") {
    RouteTester tester;
    tester.grants = true;
    RouteQuery asked = query(QueryType::complex, 9, "auto:external");
    const std::string reason =
        "complex 9: codellama:13b is the model for complex queries; stays local ";
    const std::string skipped = "this query must stay local ";
    for (const auto& [rule, words] :
         {std::pair{LocalOnly::by_setting, "(LLM_PRIVACY=local-only)"},
          std::pair{LocalOnly::by_key, "(LLM_LOCAL_ONLY_KEYS)"},
          std::pair{LocalOnly::by_header, "(x-router-privacy: local-only)"}}) {
        asked.local_only = rule;
        const auto plan = tester.plan(asked);
        REQUIRE(plan.has_value());
        CHECK(plan->reason == reason + words);
        CHECK(RouteTester::skipped(*plan, "external", "") == skipped + words);
    }
    asked.model = "mistral:7b";
    CHECK(tester.plan(asked)->reason ==
          "mistral:7b was asked for by name; stays local (x-router-privacy: local-only)");
    asked.model = "openai/gpt-4o";
    CHECK(tester.plan(asked).error().message ==
          "model 'gpt-4o' is not computed locally, and this query must stay local "
          "(x-router-privacy: local-only)");
    RouteTester nothing(std::vector<LocalModel>{});
    asked.model = "auto";
    const auto none = nothing.plan(asked);
    REQUIRE(none.has_error());
    CHECK(
        none.error().message.ends_with("; this query stays local (x-router-privacy: local-only)"));
}

TEST_CASE("an external route that the client asks for is still bound by the share") {
    for (const bool by_name : {false, true}) {
        CAPTURE(by_name);
        RouteTester tester;
        RouteQuery asked = query(QueryType::simple, 1, by_name ? "auto:external" : "auto");
        if (!by_name) asked.forced = Locality::external;
        CHECK(tester.route(asked) == "ollama/mistral:7b openai/gpt-4o-mini");
        CHECK(tester.asked == 1);
        CHECK(RouteTester::skipped(*tester.plan(asked), "openai", "gpt-4o-mini") ==
              "local share: allowance used up");
        tester.grants = true;
        CHECK(tester.route(asked) == "openai/gpt-4o-mini ollama/mistral:7b");
        CHECK(tester.plan(asked)->reason == "simple 1: external asked for, allowance granted");
    }
}

TEST_CASE("an external route that cannot be had is explained") {
    RouteTester tester;
    tester.grants = true;
    RouteQuery embed = query(QueryType::embedding, 1);
    embed.forced = Locality::external;
    CHECK(tester.route(embed) == "ollama/nomic-embed-text:latest");
    CHECK(RouteTester::skipped(*tester.plan(embed), "external", "") ==
          "this query must stay local");
    RouteQuery code = query(QueryType::code, 3);
    code.forced = Locality::external;
    CHECK(tester.route(code) == "openai/gpt-4o-mini ollama/deepseek-coder:6.7b");
    tester.grants = false;
    CHECK(tester.route(code) == "ollama/deepseek-coder:6.7b");

    Config alone = config();
    alone.upstreams.resize(2);
    RouteTester offline(default_models(), alone);
    RouteQuery asked = query(QueryType::simple, 3, "auto:external");
    CHECK(RouteTester::skipped(*offline.plan(asked), "external", "") ==
          "no external upstream is configured");
}

TEST_CASE("with routing off, auto is the simple model; narrower names and embeddings are as ever") {
    Config off = config();
    off.routing_enabled = false;
    RouteTester tester(default_models(), off);
    tester.grants = true;
    CHECK(tester.route(query(QueryType::complex, 10)) == "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.route(query(QueryType::code, 10)) == "ollama/mistral:7b");
    CHECK(tester.route(query(QueryType::embedding, 1)) == "ollama/nomic-embed-text:latest");
    CHECK(tester.route(query(QueryType::simple, 1, "auto:code")) == "ollama/deepseek-coder:6.7b");
    CHECK(tester.asked == 0);
}

TEST_CASE("a type in the model's name wins over the classification") {
    RouteTester tester;
    CHECK(tester.route(query(QueryType::simple, 1, "auto:code")) == "ollama/deepseek-coder:6.7b");
    CHECK(tester.route(query(QueryType::code, 1, "auto:medium")) ==
          "ollama/codellama:13b openai/gpt-4o-mini");
    CHECK(tester.route(query(QueryType::simple, 1, "auto:embedding")) == "invalid_parameter");
    CHECK(tester.route(query(QueryType::embedding, 1, "auto:code")) ==
          "ollama/nomic-embed-text:latest");
}

TEST_CASE("the baseline is the model asked for if it has a price, else the external model") {
    RouteTester tester;
    CHECK(tester.plan(query(QueryType::simple, 1, "gpt-4o"))->baseline_model == "gpt-4o");
    CHECK(tester.plan(query(QueryType::simple, 1))->baseline_model == "gpt-4o-mini");
    CHECK(tester.plan(query(QueryType::simple, 1, "mistral:7b"))->baseline_model == "gpt-4o-mini");
    CHECK(tester.route(query(QueryType::simple, 1, "gpt-4o")) ==
          "ollama/mistral:7b openai/gpt-4o-mini");
}

TEST_CASE("the configured external model may be one that an Ollama runs in its cloud") {
    Config cloud = config();
    cloud.upstreams.resize(2);
    cloud.external_models = {{"", "gpt-oss:120b-cloud"}};
    RouteTester tester(plus(default_models(), model("gpt-oss:120b-cloud", 1)), cloud);
    tester.grants = true;
    CHECK(tester.route(query(QueryType::complex, 9)) ==
          "ollama-2/gpt-oss:120b-cloud ollama/codellama:13b");
}

TEST_CASE("an unknown model is not found, with the nearest names") {
    RouteTester tester;
    const auto plan = tester.plan(query(QueryType::simple, 1, "mistrl:7b"));
    REQUIRE(plan.has_error());
    CHECK(plan.error().code == Errc::model_not_found);
    CHECK(plan.error().message == "model 'mistrl:7b' not found; nearest: mistral:7b");
}

TEST_CASE("a role that nothing fills is served externally as the fallback policy says") {
    const auto nothing = std::vector<LocalModel>{embedder("nomic-embed-text:latest")};
    const struct {
        FallbackPolicy policy;
        bool grants;
        const char* expected;
        int asked;
    } rows[] = {
        {FallbackPolicy::always, false, "openai/gpt-4o-mini", 0},
        {FallbackPolicy::allowance, true, "openai/gpt-4o-mini", 1},
        {FallbackPolicy::allowance, false, "no_upstream", 1},
        {FallbackPolicy::never, true, "no_upstream", 0},
    };
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.policy));
        RouteTester tester(nothing, with_fallback(row.policy));
        tester.grants = row.grants;
        CHECK(tester.route(query(QueryType::simple, 2)) == row.expected);
        CHECK(tester.asked == row.asked);
        CHECK(tester.route(query(QueryType::code, 2)) == "no_upstream");
    }
    RouteTester tester(nothing, with_fallback(FallbackPolicy::never));
    CHECK(tester.plan(query(QueryType::simple, 2)).error().message ==
          "mistral:7b is not installed; nothing installed can stand in for simple");
    RouteTester free(nothing);
    const auto plan = free.plan(query(QueryType::complex, 9));
    CHECK(plan->reason == "complex 9: no local model is available, falling back to openai");
    CHECK_FALSE(plan->external_reserved);
}

TEST_CASE("a local server of OpenAI's dialect steps in where no Ollama model can") {
    Config nearby = config();
    nearby.upstreams[2].locality = Locality::local;
    nearby.external_models = {{"openai", "qwen2.5-14b"}};
    RouteTester none({}, nearby);
    CHECK(none.route(query(QueryType::complex, 9)) == "openai/qwen2.5-14b");
    CHECK(none.plan(query(QueryType::simple, 1))->candidates[0].locality == Locality::local);
    CHECK(none.route(query(QueryType::embedding, 1)) == "no_upstream");
    RouteTester some(default_models(), nearby);
    CHECK(some.route(query(QueryType::simple, 1)) == "ollama/mistral:7b");
}

TEST_CASE(
    "who needs an external model does not compete by score, and a low score has its own reason") {
    RouteTester tester;
    tester.refusal = Grant::below_cut;
    const auto passed_over = tester.plan(query(QueryType::complex, 8));
    REQUIRE(passed_over.has_value());
    CHECK(RouteTester::skipped(*passed_over, "openai", "gpt-4o-mini") ==
          "local share: kept for queries that gain more");
    CHECK(passed_over->reason.find("kept for queries that gain more") != std::string::npos);
    CHECK(tester.asked_score.has_value());
    RouteQuery forced = query(QueryType::complex, 8);
    forced.forced = Locality::external;
    CHECK(tester.plan(forced).has_value());
    CHECK_FALSE(tester.asked_score.has_value());
}

TEST_CASE("code and embeddings never compete, others from the threshold on") {
    const Config config = fixtures::config();
    CHECK(competes(QueryType::complex, config.complexity_threshold, config));
    CHECK(competes(QueryType::simple, 10, config));
    CHECK_FALSE(competes(QueryType::complex, config.complexity_threshold - 1, config));
    CHECK_FALSE(competes(QueryType::code, 10, config));
    CHECK_FALSE(competes(QueryType::embedding, 10, config));
}

TEST_CASE("asked_type tells the classifier what the name wants") {
    ModelRequest request;
    CHECK_FALSE(asked_type(request).has_value());
    request.type = QueryType::code;
    CHECK(asked_type(request) == QueryType::code);
}
