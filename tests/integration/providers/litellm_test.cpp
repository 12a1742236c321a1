// A LiteLLM proxy.
#include <fstream>

#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "sk-virtual-key-of-the-test";
const std::string kModel = "litellm_proxy/gpt-4o";

TestRouter litellm(const Environment& more = {}) {
    return TestRouter(joined({{"LLM_MODEL", "litellm_proxy/team-default"},
                              {"LITELLM_PROXY_API_BASE", "{litellm}"},
                              {"LITELLM_PROXY_API_KEY", kKey},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({server("litellm", {kKey})}));
}

}  // namespace

TEST_CASE("LiteLLM: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = litellm();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, "litellm/gpt-4o");
    check_tools(router, kModel);
    check_embeddings(router, "litellm_proxy/text-embedding-3-small");
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.authorization == "Bearer " + kKey);
    CHECK(last_sent(router).path == "/embeddings");
}

// The proxy states 2.50 in and 10 out, USD per million; the book has 1.25 for cached tokens of
// gpt-4o.
TEST_CASE(
    "LiteLLM: the cost that the proxy states is believed, and streams are priced by the book") {
    const TestRouter router = litellm();
    for (const char* const model : {"litellm_proxy/gpt-4o", "litellm_proxy/team-default"}) {
        CAPTURE(model);
        REQUIRE(ask(router, model).status == 200);
        const storage::AttemptRow row = last_row(router);
        const Told usage = told(router);
        check_tokens(row, usage);
        CHECK(row.cost == usage.input * 2'500'000 + usage.output * 10'000'000);
        CHECK(row.price_id == "stated:x-litellm-response-cost");
    }
    REQUIRE(ask(router, kModel, R"("stream":true)").status == 200);
    check_bill(router, {2'500'000, 1'250'000, 10'000'000}, "gpt-4o");
    REQUIRE(ask(router, "litellm_proxy/team-default", R"("stream":true)").status == 200);
    CHECK_FALSE(last_row(router).cost.has_value());
}

TEST_CASE("LiteLLM: an alias has a price of one's own where the proxy states none") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("prices.tsv");
    std::ofstream(path) << "team-default 0.000003 0.999999 0.000001\n";
    const TestRouter priced = litellm({{"LLM_PRICES_FILE", path}});
    REQUIRE(ask(priced, "litellm_proxy/team-default", R"("stream":true)").status == 200);
    check_bill(priced, {3, 1, 999'999}, "team-default");
}

TEST_CASE("LiteLLM: what requests are changed to") {
    const TestRouter router = litellm({{"LLM_TOP_K", "40"}, {"LLM_TEMPERATURE", "0.2"}});
    const HttpAnswer answer =
        ask(router, kModel, R"("store":true,"min_p":0.2,"max_tokens":9)",
            R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(answer.header("x-router-ignored") == "store");
    CHECK(sent(router, "/store").empty());
    CHECK(sent(router, "/min_p") == "0.2");
    CHECK(sent(router, "/top_k") == "40");
    CHECK(sent(router, "/temperature") == "0.2");
    CHECK(sent(router, "/max_tokens") == "9");
    CHECK(sent(router, "/messages/0/role") == "developer");
}

TEST_CASE("LiteLLM: every error") {
    check_faults(
        [] { return litellm(); }, kModel,
        {{400, "", 400, "upstream_rejected", "", false, ""},
         {400, "budget", 429, "insufficient_quota", "credit or quota is used up", true, ""},
         {401, "", 502, "upstream_auth", "check LITELLM_PROXY_API_KEY", false, ""},
         {403, "", 502, "upstream_auth", "may not do this", false, ""},
         {404, "", 404, "model_not_found", "llm-router check lists the models", false, ""},
         {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
         {500, "", 500, "upstream_error", "", true, ""},
         {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
         {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
         {504, "", 504, "upstream_timeout", "", false, ""}},
        {kKey});
}
