// OpenRouter, which states what its answers cost.
#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "sk-or-v1-key-of-the-test";
const std::string kModel = "openrouter/openai/gpt-4o-mini";

TestRouter openrouter(const Environment& more = {}) {
    return TestRouter(joined({{"LLM_MODEL", "openrouter/anthropic/claude-sonnet-4.5"},
                              {"OPENROUTER_API_KEY", kKey},
                              {"OPENROUTER_API_BASE", "{openrouter}"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({server("openrouter", {kKey})}));
}

}  // namespace

TEST_CASE("OpenRouter: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = openrouter();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    check_embeddings(router, "openrouter/openai/text-embedding-3-small");
    CHECK(last_sent(router).path == "/api/v1/embeddings");
}

// The simulator states, in USD per million: openai/gpt-4o-mini 0.15 in and 0.60 out,
// deepseek/deepseek-r1 0.40 and 2, models that end in :free nothing, text-embedding-3-small 0.02.
TEST_CASE("OpenRouter: the stated cost") {
    const TestRouter router = openrouter();
    const std::string stated = "stated:usage.cost";
    check_bills(router, kModel, {150'000, 150'000, 600'000}, stated);
    check_bills(router, "openrouter/deepseek/deepseek-r1", {400'000, 400'000, 2'000'000}, stated);
    CHECK(last_row(router).usage.reasoning > 0);
    check_bills(router, "openrouter/meta-llama/llama-3.3-70b-instruct:free", {0, 0, 0}, stated);
    REQUIRE(router
                .post("/v1/embeddings",
                      R"({"model":"openrouter/openai/text-embedding-3-small","input":"one two"})")
                .status == 200);
    check_bill(router, {20'000, 20'000, 0}, stated);
}

TEST_CASE("OpenRouter: its own fallback, and who asks") {
    const TestRouter router =
        openrouter({{"LLM_OPENROUTER_MODELS", "deepseek/deepseek-r1,openai/gpt-4o-mini"},
                    {"LLM_OPENROUTER_ROUTE", "fallback"},
                    {"LLM_OPENROUTER_SITE_URL", "https://example.com"},
                    {"LLM_OPENROUTER_APP_NAME", "the app"}});
    REQUIRE(ask(router, kModel).status == 200);
    CHECK(sent(router, "/model") == "openai/gpt-4o-mini");
    CHECK(sent(router, "/models") == R"(["openai/gpt-4o-mini","deepseek/deepseek-r1"])");
    CHECK(sent(router, "/route") == "fallback");
    CHECK(last_sent(router).headers.at("http-referer") == "https://example.com");
    CHECK(last_sent(router).headers.at("x-openrouter-title") == "the app");
    REQUIRE(ask(router, kModel, R"("models":["openai/gpt-4o-mini"],"route":"x")").status == 200);
    CHECK(sent(router, "/models") == R"(["openai/gpt-4o-mini"])");
    CHECK(sent(router, "/route") == "x");
    // The model that answered is the one that is stated and recorded.
    REQUIRE(ask(router, "openrouter/nobody/knows-it").status == 200);
    CHECK(last_row(router).model == "nobody/knows-it");
    CHECK(last_row(router).model_served == "deepseek/deepseek-r1");
    CHECK(last_row(router).cost == cost_of(told(router), {400'000, 400'000, 2'000'000}));
}

TEST_CASE("OpenRouter: what requests are changed to") {
    const TestRouter router = openrouter({{"LLM_TOP_K", "40"}});
    const HttpAnswer answer =
        ask(router, kModel, R"("store":true,"min_p":0.1,"max_completion_tokens":50)",
            R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    REQUIRE(answer.status == 200);
    CHECK(answer.header("x-router-ignored") == "store");
    CHECK(sent(router, "/store").empty());
    CHECK(sent(router, "/top_k") == "40");
    CHECK(sent(router, "/min_p") == "0.1");
    CHECK(sent(router, "/max_completion_tokens") == "50");
    CHECK(sent(router, "/messages/0/role") == "developer");
    CHECK(sent(router, "/models").empty());
    CHECK(sent(router, "/route").empty());
}

TEST_CASE("OpenRouter: every error") {
    check_faults([] { return openrouter(); }, kModel,
                 {{400, "", 400, "upstream_rejected", "", false, ""},
                  {401, "", 502, "upstream_auth", "check OPENROUTER_API_KEY", false, ""},
                  {402, "quota", 429, "insufficient_quota", "credit or quota is used up", true, ""},
                  {403, "", 400, "content_filter", "", true, ""},
                  {404, "", 404, "upstream_not_found", "check OPENROUTER_API_BASE", false, ""},
                  {429, "", 429, "rate_limited", "more keys in the same variable", true, "5"},
                  {500, "", 500, "upstream_error", "", true, ""},
                  {502, "", 502, "upstream_unavailable", "overloaded or down", false, ""},
                  {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
                  {503, "", 503, "upstream_unavailable", "overloaded or down", true, "5"},
                  {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""}},
                 {kKey});
    const HttpAnswer unknown = ask(openrouter(), "openrouter/nobody/knows-it");
    CHECK(unknown.status == 400);
    CHECK(contains(unknown.body, "not a valid model ID"));
}

TEST_CASE("OpenRouter: an error behind a status 200 is one, in a body and in a stream") {
    const TestRouter router = openrouter();
    simulator::Behaviour broken;
    broken.error_status = 502;
    broken.error_in_200 = true;
    router.simulator->set_behaviour("@openrouter", broken);
    const HttpAnswer whole = ask(router, kModel);
    CAPTURE(whole.body);
    CHECK(whole.status >= 400);
    CHECK_FALSE(json_at(whole.body, "/error/code").empty());
    CHECK(last_row(router).status == AttemptStatus::error);
    const HttpAnswer stream = ask(router, kModel, R"("stream":true)");
    CHECK(contains(stream.body, R"("error")"));
    CHECK_FALSE(contains(stream.body, "[DONE]"));
    CHECK(last_row(router).status != AttemptStatus::ok);
}
