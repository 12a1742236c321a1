// LM Studio: on the own network, where it costs nothing, and elsewhere.
#include <fstream>

#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kModel = "lm_studio/qwen2.5-7b-instruct";
const std::string kThinker = "lm_studio/openai/gpt-oss-20b";

/// `where`: the simulated server is on loopback, and stands for one on the internet if it is said
/// to.
TestRouter lm_studio(Locality where, const Environment& more = {}) {
    return TestRouter(joined({{"LLM_MODEL", kThinker},
                              {"LM_STUDIO_API_BASE", "{lm_studio}"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({server("lm_studio")}),
                      [where](Config& config, const simulator::Simulator&) {
                          for (UpstreamConfig& upstream : config.upstreams)
                              if (upstream.name == "lm_studio") upstream.locality = where;
                      });
}

}  // namespace

TEST_CASE("LM Studio: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = lm_studio(Locality::local);
    for (const std::string& model : {kModel, kThinker}) {
        check_chat_and_stream(router, model);
        check_other_clients(router, model);
        check_tools(router, model);
    }
    check_embeddings(router, "lm_studio/text-embedding-nomic-embed-text-v1.5");
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.authorization.empty());
}

TEST_CASE("LM Studio on the own network is local and costs nothing") {
    const TestRouter router = lm_studio(Locality::local);
    const HttpAnswer answer = ask(router, kThinker);
    REQUIRE(answer.status == 200);
    CHECK(answer.header("x-router-local") == "1");
    const storage::AttemptRow row = last_row(router);
    CHECK(row.upstream == "lm_studio");
    CHECK(row.locality == Locality::local);
    CHECK(row.query_local);
    CHECK(row.cost == 0);
    check_tokens(row, told(router));
    CHECK(row.usage.reasoning > 0);
}

TEST_CASE("LM Studio elsewhere has the price that it is given, or none") {
    const TestRouter unknown = lm_studio(Locality::external);
    REQUIRE(ask(unknown, kModel).status == 200);
    CHECK(last_row(unknown).locality == Locality::external);
    CHECK_FALSE(last_row(unknown).cost.has_value());
    const TemporaryDirectory directory;
    const std::string path = directory.file("prices.tsv");
    std::ofstream(path) << "qwen2.5-7b-instruct 0.123457 0.765431 0.012347\n";
    const TestRouter priced = lm_studio(Locality::external, {{"LLM_PRICES_FILE", path}});
    check_bills(priced, kModel, {123'457, 12'347, 765'431}, "qwen2.5-7b-instruct");
}

TEST_CASE("LM Studio: what requests are changed to") {
    const TestRouter router = lm_studio(Locality::local, {{"LLM_TOP_K", "40"}});
    const std::string second =
        R"("tools":[{"type":"function","function":{"name":"other","parameters":{}}},{"type":)"
        R"("function","function":{"name":"weather","parameters":{"type":"object"}}}],)"
        R"("tool_choice":{"type":"function","function":{"name":"weather"}})";
    const HttpAnswer called =
        ask(router, kModel, second,
            R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    REQUIRE_MESSAGE(called.status == 200, called.body);
    CHECK(sent(router, "/messages/0/role") == "system");
    CHECK(sent(router, "/tool_choice") == "required");
    CHECK(sent(router, "/tools/0/function/name") == "weather");
    CHECK(sent(router, "/tools/1").empty());
    CHECK(contains(called.body, R"("name":"weather")"));
    const HttpAnswer json =
        ask(router, kModel,
            R"("response_format":{"type":"json_object"},"store":true,"max_completion_tokens":50)");
    REQUIRE_MESSAGE(json.status == 200, json.body);
    CHECK(json.header("x-router-ignored") == "store");
    CHECK(sent(router, "/response_format/type") == "json_schema");
    CHECK(sent(router, "/response_format/json_schema/schema/type") == "object");
    CHECK(sent(router, "/max_tokens") == "50");
    CHECK(sent(router, "/max_completion_tokens").empty());
    CHECK(sent(router, "/top_k") == "40");
}

TEST_CASE("LM Studio: every error, as bare text") {
    check_faults(
        [] { return lm_studio(Locality::external); }, kModel,
        {{400, "", 400, "upstream_rejected", "", false, ""},
         {401, "", 502, "upstream_auth", "no key is set; LM_STUDIO_API_KEY takes one", false, ""},
         {403, "", 502, "upstream_auth", "LM_STUDIO_API_KEY", false, ""},
         {404, "", 404, "model_not_found", "llm-router check lists the models", false, ""},
         {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
         {500, "", 500, "upstream_error", "", true, ""},
         {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
         {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
         {504, "", 504, "upstream_timeout", "", false, ""}},
        {});
}
