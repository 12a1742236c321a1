// OpenAI itself, by its own variables.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "sk-openai-key-of-the-test";
const std::string kModel = "openai/gpt-4o-mini";

TestRouter openai(const Environment& more = {}) {
    return TestRouter(
        joined({{"LLM_MODEL", "openai/gpt-4o"},
                {"OPENAI_API_KEY", kKey},
                {"OPENAI_BASE_URL", "{openai}"},
                {"LLM_LOCAL_THRESHOLD", "0"}},
               more),
        [](simulator::SimulatorOptions& options) {
            options.openai_api_key = kKey;
            options.openai_models.emplace_back("gpt-5-mini");
        },
        [](Config& config, const simulator::Simulator&) {
            // Its host says that it is OpenAI, and this one is on loopback.
            for (UpstreamConfig& upstream : config.upstreams)
                if (upstream.name == "openai") upstream.provider = "openai";
        });
}

}  // namespace

TEST_CASE("OpenAI: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = openai();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    check_embeddings(router, "openai/text-embedding-3-small");
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.authorization == "Bearer " + kKey);
}

// USD per million: gpt-4o-mini 0.15 in, 0.075 cached, 0.60 out; gpt-5-mini 0.25, 0.025, 2;
// text-embedding-3-small 0.02.
TEST_CASE("OpenAI: tokens and costs") {
    const TestRouter router = openai();
    check_bills(router, kModel, {150'000, 75'000, 600'000}, "gpt-4o-mini");
    check_bills(router, "openai/gpt-5-mini", {250'000, 25'000, 2'000'000}, "gpt-5-mini");
    CHECK(last_row(router).usage.reasoning > 0);
    REQUIRE(router
                .post("/v1/embeddings",
                      R"({"model":"openai/text-embedding-3-small","input":"one two"})")
                .status == 200);
    check_bill(router, {20'000, 20'000, 0}, "text-embedding-3-small");
}

TEST_CASE("OpenAI: what requests are changed to") {
    const TestRouter router = openai({{"LLM_EXTERNAL_MODEL", "openai/gpt-5-mini"},
                                      {"LLM_TEMPERATURE", "0.3"},
                                      {"LLM_TOP_K", "7"},
                                      {"LLM_EXTRA_HEADERS", R"({"X-Team":"search"})"}});
    REQUIRE(ask(router, "openai/gpt-5-mini", R"("max_tokens":300)").status == 200);
    CHECK(sent(router, "/max_completion_tokens") == "300");
    CHECK(sent(router, "/max_tokens").empty());
    CHECK(sent(router, "/temperature").empty());  // a default that the model refuses
    CHECK(last_sent(router).headers.at("x-team") == "search");
    REQUIRE(ask(router, kModel, R"("max_tokens":30,"store":true,"top_k":5)").status == 200);
    CHECK(sent(router, "/max_tokens") == "30");
    CHECK(sent(router, "/temperature") == "0.3");
    CHECK(sent(router, "/store") == "true");
    CHECK(sent(router, "/top_k").empty());
    // Who names the model is told by OpenAI what it refuses; who leaves the choice to us is not.
    REQUIRE(ask(router, "openai/gpt-5-mini", R"("temperature":0.5)").status == 200);
    CHECK(sent(router, "/temperature") == "0.5");
    const HttpAnswer routed = ask_outside(router, R"("temperature":0.5,"top_p":0.5)");
    CHECK(routed.header("x-router-local") == "0");
    CHECK(routed.header("x-router-ignored") == "temperature, top_p");
    CHECK(sent(router, "/temperature").empty());
}

TEST_CASE("OpenAI: every error") {
    check_faults(
        [] { return openai(); }, kModel,
        {{400, "", 400, "upstream_rejected", "", false, ""},
         {400, "content_filter", 400, "content_filter", "", true, ""},
         {401, "", 502, "upstream_auth", "check OPENAI_API_KEY", false, ""},
         {403, "", 502, "upstream_auth", "the key in OPENAI_API_KEY may not do this", false, ""},
         {404, "", 404, "model_not_found", "llm-router check lists the models", false, ""},
         {408, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", true, ""},
         {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
         {429, "quota", 429, "insufficient_quota", "credit or quota is used up", true, ""},
         {500, "", 500, "upstream_error", "", true, ""},
         {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
         {503, "", 503, "upstream_unavailable", "LLM_FALLBACK_MODEL", true, ""},
         {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""}},
        {kKey});
}
