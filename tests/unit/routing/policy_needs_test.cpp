#include <string>

#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

RouteQuery with_images(RouteQuery base) {
    base.has_images = true;
    return base;
}

RouteQuery with_tool_calls(RouteQuery base) {
    base.has_tools = true;
    return base;
}

RouteQuery with_tokens(RouteQuery base, std::int64_t tokens) {
    base.estimated_input_tokens = tokens;
    return base;
}

}  // namespace

TEST_CASE("images go to a local model that sees, and the blind one is skipped with its reason") {
    RouteTester tester(plus(default_models(), with_vision(model("llava:7b"))));
    const RouteQuery asked = with_images(query(QueryType::simple, 2));
    CHECK(tester.route(asked) == "ollama/llava:7b openai/gpt-4o-mini");
    const auto plan = tester.plan(asked);
    CHECK(RouteTester::skipped(*plan, "ollama", "mistral:7b") == "cannot see images");
    CHECK(plan->reason == "simple 2: llava:7b is the local model that can see images");
    CHECK(tester.asked == 0);
}

TEST_CASE("without a vision model images go external if granted, and are refused otherwise") {
    RouteTester tester;
    const RouteQuery asked = with_images(query(QueryType::simple, 2));
    const auto refused = tester.plan(asked);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::invalid_parameter);
    CHECK(refused.error().message ==
          "no installed model can see images, and the external allowance is used up");
    CHECK(tester.asked == 1);
    tester.grants = true;
    CHECK(tester.route(asked) == "openai/gpt-4o-mini");
    CHECK(tester.plan(asked)->external_reserved);
    CHECK(tester.plan(asked)->reason ==
          "simple 2: no local model can see images, external allowance granted");
}

TEST_CASE("tools go to a local model that can call them") {
    const struct {
        std::vector<LocalModel> models;
        QueryType type;
        const char* expected;
    } rows[] = {
        {plus(default_models(), with_tools(model("llama3.1:8b"))), QueryType::simple,
         "ollama/llama3.1:8b openai/gpt-4o-mini"},
        {plus(plus(default_models(), with_tools(model("llama3.1:8b"))),
              with_tools(model("qwen2.5:14b"))),
         QueryType::complex, "ollama/qwen2.5:14b openai/gpt-4o-mini"},
        {plus(default_models(), with_tools(model("llama3.1:8b"))), QueryType::code,
         "ollama/llama3.1:8b"},
        {{with_tools(model("mistral:7b")), with_tools(model("qwen2.5:14b"))},
         QueryType::simple,
         "ollama/mistral:7b openai/gpt-4o-mini"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.expected);
        RouteTester tester(row.models);
        CHECK(tester.route(with_tool_calls(query(row.type, 3))) == row.expected);
        CHECK(tester.asked == 0);
    }
}

TEST_CASE("if no local model can call tools the query goes external or fails clearly") {
    RouteTester tester;
    const RouteQuery asked = with_tool_calls(query(QueryType::simple, 2));
    const auto refused = tester.plan(asked);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::no_upstream);
    CHECK(refused.error().message ==
          "no installed model can call tools, and the external allowance is used up");
    tester.grants = true;
    CHECK(tester.route(asked) == "openai/gpt-4o-mini");
    const auto code = tester.plan(with_tool_calls(query(QueryType::code, 2)));
    REQUIRE(code.has_error());
    CHECK(code.error().message == "no installed model can call tools, and this query stays local");
}

TEST_CASE("images and tools together need one model that can do both") {
    RouteTester tester(plus(plus(default_models(), with_vision(model("llava:7b"))),
                            with_tools(model("llama3.1:8b"))));
    const RouteQuery both = with_tool_calls(with_images(query(QueryType::simple, 2)));
    const auto plan = tester.plan(both);
    REQUIRE(plan.has_error());
    CHECK(plan.error().code == Errc::no_upstream);
    CHECK(
        plan.error().message ==
        "no installed model can see images and call tools, and the external allowance is used up");
    RouteTester able(plus(default_models(), with_tools(with_vision(model("qwen2.5vl:7b")))));
    CHECK(able.route(both) == "ollama/qwen2.5vl:7b openai/gpt-4o-mini");
}

TEST_CASE("a prompt that does not fit a model goes to one it fits") {
    std::vector<LocalModel> models{with_context(model("mistral:7b"), 8192),
                                   with_context(model("llama3.1:8b"), 131072),
                                   with_context(model("gemma2:9b"), 4096)};
    RouteTester tester(models);
    const auto simple = [](std::int64_t tokens) {
        return with_tokens(query(QueryType::simple, 2), tokens);
    };
    CHECK(tester.route(simple(4095)) == "ollama/mistral:7b openai/gpt-4o-mini");
    // An estimate may be wrong: what fills half of a context may not fit.
    CHECK(tester.route(simple(4096)) == "ollama/mistral:7b ollama/llama3.1:8b openai/gpt-4o-mini");
    CHECK(tester.plan(simple(8192))->candidates[1].only_if_too_long);
    CHECK(tester.route(simple(8193)) == "ollama/llama3.1:8b openai/gpt-4o-mini");
    const auto plan = tester.plan(simple(9000));
    CHECK(RouteTester::skipped(*plan, "ollama", "mistral:7b") ==
          "context of 8192 tokens is too short for 9000");
    CHECK(plan->reason == "simple 2: llama3.1:8b is the local model that can hold the prompt");
}

TEST_CASE("a prompt that fits no local model goes external or gets OpenAI's own words") {
    RouteTester tester(
        {with_context(model("mistral:7b"), 8192), with_context(model("llama3.1:8b"), 16384)});
    const RouteQuery asked = with_tokens(query(QueryType::simple, 2), 20000);
    const auto refused = tester.plan(asked);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::context_length_exceeded);
    CHECK(refused.error().message ==
          "This model's maximum context length is 16384 tokens. However, your messages resulted "
          "in 20000 tokens.");
    CHECK(refused.error().param == "messages");
    tester.grants = true;
    CHECK(tester.route(asked) == "openai/gpt-4o-mini");
    RouteQuery kept = asked;
    kept.local_only = LocalOnly::by_header;
    CHECK(tester.route(kept) == "context_length_exceeded");
}

TEST_CASE("an unknown context length stops nothing, and embeddings are not measured as a whole") {
    RouteTester tester({with_context(model("mistral:7b"), 0),
                        with_context(embedder("nomic-embed-text:latest"), 2048)});
    CHECK(tester.route(with_tokens(query(QueryType::simple, 2), 10'000'000)) ==
          "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.route(with_tokens(query(QueryType::embedding, 1), 100'000)) ==
          "ollama/nomic-embed-text:latest");
}

TEST_CASE("what no local model can do is not a matter of fallback, even under policy always") {
    for (const FallbackPolicy policy :
         {FallbackPolicy::always, FallbackPolicy::allowance, FallbackPolicy::never}) {
        RouteTester tester(default_models(), with_fallback(policy));
        CHECK(tester.route(with_images(query(QueryType::simple, 2))) == "invalid_parameter");
        CHECK(tester.asked == 1);
    }
}

TEST_CASE("embeddings go to embedding models only, on every host that has the same one") {
    RouteTester tester(
        plus(plus(default_models(), embedder("nomic-embed-text:latest", 1)), embedder("bge-m3")));
    CHECK(tester.route(query(QueryType::embedding, 10)) ==
          "ollama/nomic-embed-text:latest ollama-2/nomic-embed-text:latest");
    CHECK(tester.route(query(QueryType::embedding, 1, "bge-m3")) == "ollama/bge-m3");
    CHECK(tester.route(query(QueryType::embedding, 1, "mistral:7b")) == "invalid_parameter");
    CHECK(tester.route(query(QueryType::embedding, 1, "text-embedding-9")) == "model_not_found");
    RouteTester none({model("mistral:7b")});
    none.grants = true;
    CHECK(none.route(query(QueryType::embedding, 10)) == "no_upstream");
    CHECK(none.asked == 0);
}
