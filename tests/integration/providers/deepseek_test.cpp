// DeepSeek, which tells cache hits and wants its reasoning back.
#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "sk-deepseek-key-of-the-test";
const std::string kModel = "deepseek/deepseek-chat";
const std::string kThinker = "deepseek/deepseek-reasoner";

TestRouter deepseek(const Environment& more = {}) {
    return TestRouter(joined({{"LLM_MODEL", "deepseek/deepseek-v4-flash"},
                              {"DEEPSEEK_API_KEY", kKey},
                              {"DEEPSEEK_API_BASE", "{deepseek}"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({server("deepseek", {kKey})}));
}

/// Of more than 128 tokens, so that some come from the cache.
std::string long_question() {
    std::string text;
    for (int i = 0; i < 150; ++i)
        text += "word ";
    return R"([{"role":"user","content":")" + text + R"("}])";
}

}  // namespace

TEST_CASE("DeepSeek: chat, streams, tools, and clients of every dialect") {
    const TestRouter router = deepseek();
    for (const std::string& model : {kModel, kThinker}) {
        check_chat_and_stream(router, model);
        check_other_clients(router, model);
        check_tools(router, model);
    }
    const HttpAnswer thought = ask(router, kThinker);
    CHECK_FALSE(json_at(thought.body, "/choices/0/message/reasoning_content").empty());
}

TEST_CASE("DeepSeek has no embeddings, and says so") {
    const HttpAnswer answer =
        deepseek().post("/v1/embeddings", R"({"model":"deepseek/deepseek-chat","input":"one"})");
    CHECK(answer.status == 404);
    CHECK(json_at(answer.body, "/error/code") == "upstream_not_found");
}

// USD per million: 0.28 in, 0.028 from the cache, 0.42 out, for both.
TEST_CASE("DeepSeek: tokens and costs, with those from the cache and those of thinking") {
    const TestRouter router = deepseek();
    const Rates rates{280'000, 28'000, 420'000};
    check_bills(router, kModel, rates, "deepseek/deepseek-chat", long_question());
    CHECK(last_row(router).usage.cache_read == 128);
    check_bills(router, kThinker, rates, "deepseek/deepseek-reasoner", long_question());
    CHECK(last_row(router).usage.reasoning > 0);
}

TEST_CASE("DeepSeek: what requests are changed to") {
    const TestRouter router = deepseek({{"LLM_TOP_K", "40"}, {"LLM_TOP_P", "0.9"}});
    const HttpAnswer answer =
        ask(router, kModel,
            R"("store":true,"min_p":0.1,"max_completion_tokens":50,"response_format":{)"
            R"("type":"json_schema","json_schema":{"name":"n","schema":{"type":"object",)"
            R"("properties":{"sum":{"type":"integer"}}}}})",
            R"([{"role":"developer","content":"D"},{"role":"user","content":"U"}])");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(answer.header("x-router-ignored") == "min_p, store");
    CHECK(sent(router, "/store").empty());
    CHECK(sent(router, "/top_k").empty());
    CHECK(sent(router, "/top_p") == "0.9");
    CHECK(sent(router, "/max_tokens") == "50");
    CHECK(sent(router, "/max_completion_tokens").empty());
    CHECK(sent(router, "/response_format/type") == "json_object");
    CHECK(contains(sent(router, "/messages"), "fits this schema"));
    CHECK(contains(sent(router, "/messages"), "sum"));
    CHECK_FALSE(contains(sent(router, "/messages"), "developer"));
    const std::string chosen = R"("tool_choice":{"type":"function","function":{"name":"weather"}})";
    REQUIRE(ask(router, kModel, kWeatherTool + "," + chosen).status == 200);
    CHECK(sent(router, "/tool_choice/function/name") == "weather");
}

TEST_CASE("DeepSeek: turns with tool calls carry their reasoning, an empty one if it is lost") {
    const TestRouter router = deepseek();
    const auto turns = [](const std::string& reasoning) {
        return R"([{"role":"developer","content":"D"},{"role":"assistant","tool_calls":[{"id":"c",)"
               R"("type":"function","function":{"name":"weather","arguments":"{}"}}])" +
               reasoning + R"(},{"role":"tool","tool_call_id":"c","content":"17"}])";
    };
    REQUIRE(ask(router, kThinker, kWeatherTool, turns("")).status == 200);
    CHECK(contains(last_sent(router).body, R"("reasoning_content":"")"));
    CHECK(sent(router, "/messages/0/role") == "system");
    REQUIRE(ask(router, kThinker, kWeatherTool, turns(R"(,"reasoning_content":"kept")")).status ==
            200);
    CHECK(sent(router, "/messages/1/reasoning_content") == "kept");
}

TEST_CASE("DeepSeek: every error") {
    check_faults([] { return deepseek(); }, kModel,
                 {{400, "", 400, "upstream_rejected", "", false, ""},
                  {401, "", 502, "upstream_auth", "check DEEPSEEK_API_KEY", false, ""},
                  {402, "quota", 429, "insufficient_quota", "credit or quota is used up", true, ""},
                  {403, "", 502, "upstream_auth", "may not do this", false, ""},
                  {404, "", 404, "model_not_found", "llm-router check lists the models", false, ""},
                  {422, "", 422, "upstream_rejected", "", false, ""},
                  {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
                  {500, "", 500, "upstream_error", "", true, ""},
                  {502, "html", 502, "upstream_unavailable", "overloaded or down", false, ""},
                  {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
                  {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""}},
                 {kKey});
}
