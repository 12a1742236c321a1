#include <string>

#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

RouteQuery named(std::string_view name) {
    return query(QueryType::simple, 9, name);
}

}  // namespace

TEST_CASE("a named model is tried on every server that has it, and no other model is") {
    RouteTester tester(plus(default_models(), model("mistral:7b", 1)));
    tester.grants = true;
    CHECK(tester.route(named("mistral:7b")) == "ollama/mistral:7b ollama-2/mistral:7b");
    CHECK(tester.route(named("ollama/mistral:7b")) == "ollama/mistral:7b ollama-2/mistral:7b");
    CHECK(tester.route(named("ollama-2/mistral:7b")) == "ollama-2/mistral:7b");
    CHECK(tester.route(named("codellama:13b")) == "ollama/codellama:13b");
    CHECK(tester.asked == 0);
    CHECK(tester.plan(named("mistral:7b"))->reason == "mistral:7b was asked for by name");
}

TEST_CASE("a named external model is honoured without asking the share") {
    RouteTester tester;
    const auto plan = tester.plan(named("openai/gpt-4o"));
    REQUIRE(plan.has_value());
    CHECK(tester.route(named("openai/gpt-4o")) == "openai/gpt-4o");
    CHECK(plan->candidates[0].locality == Locality::external);
    CHECK_FALSE(plan->external_reserved);
    CHECK(tester.asked == 0);
}

TEST_CASE("a named external model is refused where the query must stay local") {
    for (const char* name : {"openai/gpt-4o", "gpt-oss:120b-cloud"}) {
        for (const bool by_header : {false, true}) {
            CAPTURE(name);
            CAPTURE(by_header);
            RouteTester tester(plus(default_models(), model("gpt-oss:120b-cloud")));
            CHECK(tester.plan(named(name)).has_value());
            RouteQuery asked = named(name);
            if (by_header) {
                asked.forced = Locality::local;
            } else {
                asked.local_only = LocalOnly::by_header;
            }
            CHECK(tester.route(asked) == "external_not_allowed");
        }
    }
}

TEST_CASE("a name that exists here and elsewhere stays here when it must") {
    Config mixed = config();
    mixed.upstreams[1].locality = Locality::external;
    const auto both = plus(default_models(), model("mistral:7b", 1));
    RouteTester tester(both, mixed);
    CHECK(tester.route(named("mistral:7b")) == "ollama/mistral:7b ollama-2/mistral:7b");
    RouteQuery private_query = named("mistral:7b");
    private_query.local_only = LocalOnly::by_header;
    CHECK(tester.route(private_query) == "ollama/mistral:7b");
    CHECK(tester.route(query(QueryType::code, 3, "mistral:7b")) == "ollama/mistral:7b");
    RouteTester never(both, with_fallback(FallbackPolicy::never, mixed));
    CHECK(never.route(named("mistral:7b")) == "ollama/mistral:7b");
    CHECK(RouteTester::skipped(*never.plan(named("mistral:7b")), "ollama-2", "mistral:7b") ==
          "stays local");
}

TEST_CASE("a named model must be of the kind that the operation needs") {
    RouteTester tester;
    const auto chat = tester.plan(named("nomic-embed-text"));
    REQUIRE(chat.has_error());
    CHECK(chat.error().code == Errc::invalid_parameter);
    CHECK(chat.error().message == "model 'nomic-embed-text:latest' does not support chat");
    const auto embed = tester.plan(query(QueryType::embedding, 1, "mistral:7b"));
    REQUIRE(embed.has_error());
    CHECK(embed.error().message == "model 'mistral:7b' does not support embeddings");
}

TEST_CASE("a prompt beyond a named model's context is an error, never cut") {
    RouteTester tester({with_context(model("mistral:7b"), 4096)});
    tester.grants = true;
    RouteQuery asked = named("mistral:7b");
    asked.estimated_input_tokens = 4097;
    const auto plan = tester.plan(asked);
    REQUIRE(plan.has_error());
    CHECK(plan.error().code == Errc::context_length_exceeded);
    CHECK(plan.error().message ==
          "This model's maximum context length is 4096 tokens. However, your messages resulted in "
          "4097 tokens.");
    asked.estimated_input_tokens = 4096;
    CHECK(tester.route(asked) == "ollama/mistral:7b");
}

TEST_CASE("a failing host of a named model is skipped unless it is the only one") {
    RouteTester tester(plus(default_models(), model("mistral:7b", 1)));
    tester.failing = {"ollama/mistral:7b"};
    CHECK(tester.route(named("mistral:7b")) == "ollama-2/mistral:7b");
    CHECK(RouteTester::skipped(*tester.plan(named("mistral:7b")), "ollama", "mistral:7b") ==
          "circuit open");
    tester.failing.insert("ollama-2/mistral:7b");
    CHECK(tester.route(named("mistral:7b")) == "ollama/mistral:7b ollama-2/mistral:7b");
}

TEST_CASE("a named model is tried at most three times") {
    Config many = config();
    std::vector<LocalModel> models;
    for (std::size_t i = 0; i < 5; ++i) {
        many.upstreams.push_back(
            upstream("host-" + std::to_string(i), Dialect::ollama, Locality::local));
        models.push_back(model("phi3:latest", many.upstreams.size() - 1));
    }
    RouteTester tester(models, many);
    CHECK(tester.route(named("phi3")) ==
          "host-0/phi3:latest host-1/phi3:latest host-2/phi3:latest");
    CHECK(RouteTester::skipped(*tester.plan(named("phi3")), "host-4", "phi3:latest") ==
          "attempt limit");
}
