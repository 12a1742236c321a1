// vLLM: on the own network, where it costs nothing, and elsewhere.
#include <fstream>

#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "vllm-key-of-the-test";
const std::string kModel = "hosted_vllm/Qwen/Qwen3-8B";

TestRouter vllm(Locality where, const Environment& more = {}) {
    simulator::SimulatedProvider provider = server("vllm", {kKey});
    provider.models = {"Qwen/Qwen3-8B", "Qwen/Qwen3-32B", "intfloat/e5-embedding"};
    return TestRouter(joined({{"LLM_MODEL", "vllm/Qwen/Qwen3-32B"},
                              {"HOSTED_VLLM_API_BASE", "{vllm}"},
                              {"HOSTED_VLLM_API_KEY", kKey},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({provider}),
                      [where](Config& config, const simulator::Simulator&) {
                          for (UpstreamConfig& upstream : config.upstreams)
                              if (upstream.name == "hosted_vllm") upstream.locality = where;
                      });
}

}  // namespace

TEST_CASE("vLLM: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = vllm(Locality::local);
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    check_embeddings(router, "hosted_vllm/intfloat/e5-embedding");
    CHECK(ask(router, "vllm/Qwen/Qwen3-8B").status == 200);  // its other name
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.authorization == "Bearer " + kKey);
}

TEST_CASE("vLLM on the own network is local and costs nothing") {
    const TestRouter router = vllm(Locality::local);
    for (const char* const more : {R"("stream":false)", R"("stream":true)"}) {
        const HttpAnswer answer = ask(router, kModel, more);
        REQUIRE(answer.status == 200);
        CHECK(answer.header("x-router-local") == "1");
        CHECK(last_row(router).locality == Locality::local);
        CHECK(last_row(router).cost == 0);
        check_tokens(last_row(router), told(router));
    }
}

TEST_CASE("vLLM elsewhere has the price that it is given") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("prices.tsv");
    std::ofstream(path) << "qwen/qwen3-8b 0.034567 0.139999\n";
    const TestRouter router = vllm(Locality::external, {{"LLM_PRICES_FILE", path}});
    check_bills(router, kModel, {34'567, 34'567, 139'999}, "qwen/qwen3-8b");
}

TEST_CASE("vLLM: what requests are changed to") {
    const TestRouter router = vllm(Locality::local, {{"LLM_TOP_K", "40"}, {"LLM_STORE", "true"}});
    const HttpAnswer answer =
        ask(router, kModel,
            R"("store":true,"repetition_penalty":1.1,"response_format":{"type":"json_object"})",
            R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(answer.header("x-router-ignored") == "store");
    CHECK(sent(router, "/store").empty());
    CHECK(sent(router, "/top_k") == "40");
    CHECK(sent(router, "/repetition_penalty") == "1.1");
    CHECK(sent(router, "/response_format/type") == "json_object");
    CHECK(sent(router, "/messages/0/role") == "developer");
}

TEST_CASE("vLLM: every error") {
    check_faults([] { return vllm(Locality::external); }, kModel,
                 {{400, "", 400, "upstream_rejected", "", false, ""},
                  {401, "", 502, "upstream_auth", "check HOSTED_VLLM_API_KEY", false, ""},
                  {403, "", 502, "upstream_auth", "may not do this", false, ""},
                  {404, "", 404, "model_not_found", "llm-router check lists the models", false, ""},
                  {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
                  {500, "", 500, "upstream_error", "", true, ""},
                  {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
                  {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
                  {504, "", 504, "upstream_timeout", "", false, ""}},
                 {kKey});
    const HttpAnswer unknown = ask(vllm(Locality::local), "hosted_vllm/nobody/knows-it");
    CHECK(unknown.status == 404);
    CHECK(json_at(unknown.body, "/error/code") == "model_not_found");
}
