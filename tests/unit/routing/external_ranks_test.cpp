#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

/// Three external servers; the best model is at the second.
Config ranked() {
    Config result = config();
    result.upstreams.push_back(upstream("anthropic", Dialect::anthropic, Locality::external));
    result.upstreams.push_back(upstream("deepseek", Dialect::openai_chat, Locality::external));
    result.external_models = {
        {"anthropic", "claude"}, {"openai", "gpt-4o"}, {"deepseek", "deepseek-chat"}};
    return result;
}

RouteQuery hard() {
    RouteQuery query;
    query.classification.type = QueryType::complex;
    query.classification.complexity = 9;
    query.classification.score = 0.9;
    return query;
}

RouteTester tester() {
    RouteTester made(default_models(), ranked());
    made.grants = true;
    return made;
}

}  // namespace

TEST_CASE("the best external model answers, the next one and a local one stand behind it") {
    CHECK(tester().route(hard()) == "anthropic/claude openai/gpt-4o ollama/codellama:13b");
}

TEST_CASE("a model whose breaker is open is passed over, with the reason") {
    RouteTester failing = tester();
    failing.failing = {"anthropic/claude"};
    CHECK(failing.route(hard()) == "openai/gpt-4o deepseek/deepseek-chat ollama/codellama:13b");
    CHECK(RouteTester::skipped(*failing.plan(hard()), "anthropic", "claude") == "circuit open");
    failing.failing = {"anthropic/claude", "openai/gpt-4o", "deepseek/deepseek-chat"};
    CHECK(failing.route(hard()) == "ollama/codellama:13b");
}

TEST_CASE("the share is asked once, whatever the number of models") {
    RouteTester asking = tester();
    CHECK(asking.plan(hard()).has_value());
    CHECK(asking.asked == 1);
}

TEST_CASE("where local models fail first, two external ones follow if there is room") {
    RouteTester local = tester();
    local.grants = false;
    CHECK(local.route(hard()) == "ollama/codellama:13b anthropic/claude openai/gpt-4o");
}

TEST_CASE("a conversation stays with its external model, whatever its rank") {
    RouteTester staying = tester();
    ConversationHome home;
    home.place = {4, "deepseek-chat"};
    home.locality = Locality::external;
    home.complexity = 9;
    home.score = 0.9;
    RouteQuery query = hard();
    query.conversation = &home;
    CHECK(staying.route(query) == "deepseek/deepseek-chat anthropic/claude ollama/codellama:13b");
}

TEST_CASE("embeddings go where the operator has them computed") {
    Config elsewhere = ranked();
    elsewhere.embedding_model = ExternalModel{"deepseek", "emb"};
    RouteTester embedding(default_models(), elsewhere);
    RouteQuery query;
    query.operation = Operation::embed;
    CHECK(embedding.route(query) == "deepseek/emb");
    CHECK(embedding.plan(query)->candidates[0].why == "EMBEDDING_PROVIDER");
    query.model = "emb";
    CHECK(embedding.route(query) == "deepseek/emb");
    query.local_only = LocalOnly::by_setting;
    CHECK(embedding.route(query) == "external_not_allowed");
}

TEST_CASE("a provider goes by each of its names") {
    Config named = config();
    named.upstreams[2].name = "azure";
    named.upstreams[2].provider = "azure";
    RouteTester asking(default_models(), named);
    for (const char* name : {"azure/d", "azure_openai/d", "AZURE/d"}) {
        CAPTURE(name);
        RouteQuery query = hard();
        query.model = name;
        CHECK(asking.route(query) == "azure/d");
    }
}
