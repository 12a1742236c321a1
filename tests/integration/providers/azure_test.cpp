// Azure OpenAI with a key: paths, prices of deployments, errors.
#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef";
const std::string kModel = "azure/gpt-4o-prod";

simulator::SimulatedProvider azure_server() {
    simulator::SimulatedProvider azure = server("azure", {kKey});
    azure.models = {"gpt-4o-prod=gpt-4o-2024-11-20", "gpt-4o-mini=gpt-4o-mini-2024-07-18",
                    "thinker=gpt-5-mini-2025-08-07", "embeddings=text-embedding-3-small"};
    return azure;
}

TestRouter azure(const Environment& more = {}) {
    return TestRouter(joined({{"LLM_MODEL", "azure/gpt-4o-mini"},
                              {"AZURE_API_KEY", kKey},
                              {"AZURE_API_BASE", "{azure}"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({azure_server()}));
}

}  // namespace

TEST_CASE("Azure: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = azure();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    check_embeddings(router, "azure/embeddings");
    for (const auto& entry : router.simulator->requests()) {
        CHECK(entry.provider == "azure");
        CHECK(entry.headers.at("api-key") == kKey);
        CHECK(entry.authorization.empty());
    }
}

TEST_CASE("Azure's dated API has deployment and version in its paths") {
    const TestRouter router = azure({{"AZURE_API_VERSION", "2024-06-01"}});
    REQUIRE(ask(router, kModel).status == 200);
    CHECK(last_sent(router).path == "/openai/deployments/gpt-4o-prod/chat/completions");
    CHECK(last_sent(router).query == "api-version=2024-06-01");
    REQUIRE(router.post("/v1/embeddings", R"({"model":"azure/embeddings","input":"one"})").status ==
            200);
    CHECK(last_sent(router).path == "/openai/deployments/embeddings/embeddings");
}

TEST_CASE("Azure's undated API has the deployment as model") {
    const auto check = [](const TestRouter& router) {
        REQUIRE(ask(router, kModel).status == 200);
        CHECK(last_sent(router).path == "/openai/v1/chat/completions");
        CHECK(last_sent(router).query.empty());
        CHECK(sent(router, "/model") == "gpt-4o-prod");
    };
    check(azure({{"AZURE_API_VERSION", "v1"}}));
    check(azure({{"AZURE_API_BASE", "{azure}/openai/v1"}}));
}

TEST_CASE("Azure's old versions are not asked for usage, which is then estimated") {
    const std::string streamed = R"("stream":true,"stream_options":{"include_usage":true})";
    const TestRouter old = azure({{"AZURE_API_VERSION", "2024-02-15-preview"}});
    REQUIRE(ask(old, kModel, streamed).status == 200);
    CHECK(sent(old, "/stream_options").empty());
    CHECK(last_row(old).usage.source == UsageSource::estimated);
    const TestRouter newer = azure({{"AZURE_API_VERSION", "2024-10-21"}});
    REQUIRE(ask(newer, kModel, streamed).status == 200);
    CHECK(sent(newer, "/stream_options/include_usage") == "true");
    CHECK(last_row(newer).usage.source == UsageSource::reported);
}

// USD per million: azure/gpt-4o-2024-11-20 2.75 in, 1.25 cached, 11 out; azure/gpt-4o 2.50, 1.25,
// 10; azure/gpt-4o-mini-2024-07-18 0.165, 0.075, 0.66; azure/gpt-5-mini-2025-08-07 0.25, 0.025, 2;
// azure/text-embedding-3-small 0.02.
TEST_CASE("Azure: a deployment costs what its answers say it runs") {
    const TestRouter router = azure();
    check_bills(router, kModel, {2'750'000, 1'250'000, 11'000'000}, "azure/gpt-4o-2024-11-20");
    check_bills(router, "azure/thinker", {250'000, 25'000, 2'000'000},
                "azure/gpt-5-mini-2025-08-07");
    CHECK(last_row(router).usage.reasoning > 0);
    REQUIRE(
        router.post("/v1/embeddings", R"({"model":"azure/embeddings","input":"one two"})").status ==
        200);
    check_bill(router, {20'000, 20'000, 0}, "azure/text-embedding-3-small");
}

TEST_CASE("Azure: a deployment costs what LLM_AZURE_DEPLOYMENT_MODELS says it runs") {
    const TestRouter router = azure({{"LLM_AZURE_DEPLOYMENT_MODELS", "gpt-4o-prod=gpt-4o"}});
    check_bills(router, kModel, {2'500'000, 1'250'000, 10'000'000}, "azure/gpt-4o");
}

TEST_CASE("Azure: with LLM_AZURE_DEPLOYMENT the model that is chosen is a price") {
    const TestRouter router = azure({{"LLM_PROVIDER", "azure_openai"},
                                     {"LLM_MODEL", ""},
                                     {"LLM_AZURE_DEPLOYMENT", "gpt-4o-prod"},
                                     {"LLM_CHOICE", "gpt-4o"}});
    const HttpAnswer answer = ask_outside(router);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(last_row(router).model == "gpt-4o-prod");
    check_bill(router, {2'500'000, 1'250'000, 10'000'000}, "azure/gpt-4o");
    CHECK(last_row(router).baseline == last_row(router).cost);
}

TEST_CASE("Azure: embeddings at a deployment, a key and a version of their own") {
    const TestRouter router = azure({{"EMBEDDING_PROVIDER", "azure_openai"},
                                     {"EMBEDDING_MODEL_CHOICE", "text-embedding-3-small"},
                                     {"EMBEDDING_AZURE_DEPLOYMENT", "embeddings"},
                                     {"EMBEDDING_AZURE_API_VERSION", "2024-02-01"},
                                     {"EMBEDDING_MODEL_DIMS", "256"}});
    const HttpAnswer answer =
        router.post("/v1/embeddings", R"({"model":"auto","input":"one two"})");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(last_row(router).upstream == "azure-embedding");
    CHECK(last_sent(router).path == "/openai/deployments/embeddings/embeddings");
    CHECK(last_sent(router).query == "api-version=2024-02-01");
    check_bill(router, {20'000, 20'000, 0}, "azure/text-embedding-3-small");
}

TEST_CASE("Azure: what requests are changed to") {
    const TestRouter router =
        azure({{"LLM_MAX_TOKENS", "64"},
               {"LLM_TEMPERATURE", "0.1"},
               {"LLM_TOP_P", "0.2"},
               {"LLM_TOP_K", "40"},
               {"LLM_STORE", "true"},
               {"LLM_EXTRA_HEADERS", "X-All: one; azure/X-Own: two; azure/api-key: " + kKey}});
    REQUIRE(ask(router, kModel).status == 200);
    CHECK(sent(router, "/max_tokens") == "64");
    CHECK(sent(router, "/temperature") == "0.1");
    CHECK(sent(router, "/top_p") == "0.2");
    CHECK(sent(router, "/top_k").empty());
    CHECK(sent(router, "/store") == "true");
    CHECK(last_sent(router).headers.at("x-all") == "one");
    CHECK(last_sent(router).headers.at("x-own") == "two");
    REQUIRE(ask(router, kModel, R"("max_tokens":5,"temperature":0.9,"store":false)").status == 200);
    CHECK(sent(router, "/max_tokens") == "5");
    CHECK(sent(router, "/temperature") == "0.9");
    CHECK(sent(router, "/store") == "false");
    const HttpAnswer local_sampling = ask(router, kModel, R"("top_k":5,"min_p":0.1)");
    CHECK(local_sampling.header("x-router-ignored") == "top_k, min_p");
    CHECK(sent(router, "/min_p").empty());
    ask(router, kModel, "",
        R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    CHECK(sent(router, "/messages/0/role") == "developer");
}

TEST_CASE("Azure: every error") {
    const std::string place = "check LLM_AZURE_ENDPOINT and LLM_AZURE_API_VERSION";
    check_faults(
        [] { return azure(); }, kModel,
        {{400, "", 400, "upstream_rejected", "", false, ""},
         {400, "content_filter", 400, "content_filter", "", true, ""},
         {401, "", 502, "upstream_auth", "check LLM_AZURE_OPENAI_API_KEY", false, ""},
         {403, "", 502, "upstream_auth", "may not do this", false, ""},
         {404, "", 404, "model_not_found", "Azure wants the name of a deployment", false, ""},
         {429, "", 429, "rate_limited", "more keys in the same variable", true, "6"},
         {429, "quota", 429, "insufficient_quota", "credit or quota is used up", true, ""},
         {500, "", 500, "upstream_error", "", true, ""},
         {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
         {503, "", 503, "upstream_unavailable", "overloaded or down", true, "6"},
         {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""}},
        {kKey});
    const TestRouter wrong_version = azure({{"AZURE_API_VERSION", "2019-01-01"}});
    const HttpAnswer answer = ask(wrong_version, kModel);
    CHECK(answer.status == 404);
    CHECK(json_at(answer.body, "/error/code") == "upstream_not_found");
    CHECK(contains(json_at(answer.body, "/error/message"), place));
    const HttpAnswer unknown = ask(azure(), "azure/no-such-deployment");
    CHECK(unknown.status == 404);
    CHECK(contains(json_at(unknown.body, "/error/message"), "no-such-deployment is none"));
}

TEST_CASE("Azure: the filter's frames without choices or delta reach no client as answers") {
    const TestRouter router = azure();
    simulator::Behaviour filtering;
    filtering.filter_frames = true;
    router.simulator->set_behaviour("@azure", filtering);
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
}
