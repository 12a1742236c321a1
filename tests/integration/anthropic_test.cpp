// Anthropic's dialect: on local models, on OpenAI's and on its own server.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::string messages_body(const std::string& model, const std::string& more = {}) {
    return R"({"model":")" + model +
           R"(","max_tokens":50,"messages":[{"role":"user","content":"What is 2+2?"}])" +
           (more.empty() ? "" : "," + more) + "}";
}

TestRouter everywhere() {
    return TestRouter(TestRouter::with_anthropic(TestRouter::with_external()),
                      [](simulator::SimulatorOptions& options) {
                          options.anthropic_api_key = "sk-ant-key-of-the-simulator";
                      });
}

}  // namespace

TEST_CASE("a client of Anthropic's is answered by every kind of server") {
    const TestRouter router = everywhere();
    for (const char* model : {"mistral:7b", "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"}) {
        CAPTURE(model);
        const HttpAnswer answer = router.post("/v1/messages", messages_body(model));
        REQUIRE(answer.status == 200);
        CHECK(json_at(answer.body, "/type") == "message");
        CHECK(json_at(answer.body, "/content/0/text").find("2+2") != std::string::npos);
        CHECK(json_at(answer.body, "/stop_reason") == "end_turn");
        CHECK(json_at(answer.body, "/usage/input_tokens") != "0");
        const HttpAnswer stream =
            router.post("/v1/messages", messages_body(model, "\"stream\":true"));
        CHECK(stream.body.starts_with("event: message_start\n"));
        CHECK(stream.body.find("event: message_stop\n") != std::string::npos);
        CHECK(stream.complete);
    }
}

TEST_CASE("every client is answered by Anthropic's server, and its cost is in the ledger") {
    const TestRouter router = everywhere();
    const std::string model = "anthropic/claude-sonnet-4-5";
    const std::string chat =
        R"({"model":")" + model + R"(","messages":[{"role":"user","content":"What is 2+2?"}]})";
    const HttpAnswer openai = router.post("/v1/chat/completions", chat);
    CHECK(json_at(openai.body, "/choices/0/message/content").find("2+2") != std::string::npos);
    const HttpAnswer ollama = router.post("/api/chat", chat);
    CHECK(ollama.body.find("\"done\":true") != std::string::npos);
    const HttpAnswer responses =
        router.post("/v1/responses", R"({"model":")" + model + R"(","input":"What is 2+2?"})");
    CHECK(json_at(responses.body, "/status") == "completed");
    const std::string rows = router.get("/router/queries").body;
    for (int row = 0; row < 3; ++row) {
        const std::string place = "/queries/" + std::to_string(row);
        CHECK(json_at(rows, place + "/upstream") == "anthropic");
        CHECK(json_at(rows, place + "/usage_source") == "reported");
        CHECK(json_at(rows, place + "/cost_usd") != "0");
        CHECK(json_at(rows, place + "/cost_usd") != "null");
    }
}

TEST_CASE("what a client asks of Anthropic's server for itself is passed on") {
    const TestRouter router = everywhere();
    const std::string body = messages_body(
        "anthropic/claude-sonnet-4-5",
        R"("system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"service_tier":"auto")");
    const HttpAnswer answer =
        router.post("/v1/messages?beta=true", body,
                    {{"anthropic-version", "2023-06-01"}, {"anthropic-beta", "one-2025,two-2026"}});
    REQUIRE(answer.status == 200);
    const auto log = router.simulator->requests();
    REQUIRE(log.size() == 1);
    CHECK(log[0].anthropic_beta == "one-2025,two-2026");
    CHECK(log[0].anthropic_version == "2023-06-01");
    CHECK(log[0].api_key == "sk-ant-key-of-the-simulator");
    CHECK(log[0].authorization.empty());
    CHECK(replace_member(log[0].body, "model", "\"anthropic/claude-sonnet-4-5\"") == body);
    router.post(
        "/v1/chat/completions",
        R"({"model":"anthropic/claude-sonnet-4-5","messages":[{"role":"user","content":"x"}]})",
        {{"anthropic-beta", "one-2025"}});
    CHECK(router.simulator->requests().back().anthropic_beta.empty());
    CHECK_FALSE(router.simulator->requests().back().anthropic_version.empty());
}

TEST_CASE("a wrong key for Anthropic's server is the router's fault, in the client's dialect") {
    const TestRouter router(TestRouter::with_anthropic(), [](simulator::SimulatorOptions& options) {
        options.anthropic_api_key = "another";
    });
    const HttpAnswer answer =
        router.post("/v1/messages", messages_body("anthropic/claude-sonnet-4-5"));
    CHECK(answer.status == 502);
    CHECK(json_at(answer.body, "/type") == "error");
    CHECK(json_at(answer.body, "/error/type") == "api_error");
    CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
}

TEST_CASE("what the answering model has nothing like is named in a header") {
    const TestRouter router = everywhere();
    const std::string options = R"("options":{"top_k":5,"mirostat":1,"temperature":0.1})";
    const std::string body = R"({"model":"openai/gpt-4o-mini","stream":false,)" + options +
                             R"(,"messages":[{"role":"user","content":"Hi"}]})";
    const HttpAnswer answer = router.post("/api/chat", body);
    REQUIRE(answer.status == 200);
    CHECK(answer.header("x-router-ignored") == "options.mirostat, options.top_k");
    const HttpAnswer local = router.post("/api/chat", chat_body("Hi", options));
    CHECK(local.header("x-router-ignored").empty());
}

TEST_CASE("tokens are counted without asking anybody") {
    const TestRouter router;
    const std::string path = "/v1/messages/count_tokens";
    const std::string question = R"("messages":[{"role":"user","content":"What is 2+2, please?"}])";
    const HttpAnswer plain = router.post(path, R"({"model":"claude-opus-9",)" + question + "}");
    REQUIRE(plain.status == 200);
    const int tokens = std::stoi(json_at(plain.body, "/input_tokens"));
    CHECK(tokens >= 5);
    CHECK(tokens <= 12);
    const HttpAnswer tools = router.post(
        path, R"({"model":"auto","tools":[{"name":"weather","description":"Weather of a city",)"
              R"("input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],)" +
                  question + "}");
    CHECK(std::stoi(json_at(tools.body, "/input_tokens")) > tokens + 15);
    CHECK(router.simulator->request_count() == 0);
    CHECK(json_at(router.post(path, "{}").body, "/error/type") == "invalid_request_error");
    CHECK(router.post(path, "nonsense").status == 400);
}

TEST_CASE("an answer that breaks off ends with Anthropic's error event, and the body in order") {
    const TestRouter router;
    simulator::Behaviour cut;
    cut.cut_after_bytes = 400;
    cut.answer_tokens = 200;
    router.simulator->set_behaviour(cut);
    const HttpAnswer answer =
        router.post("/v1/messages", messages_body("mistral:7b", "\"stream\":true"));
    CHECK(answer.complete);
    CHECK(answer.body.find("event: error\ndata: {\"type\":\"error\"") != std::string::npos);
    CHECK(answer.body.find("message_stop") == std::string::npos);
    CHECK(answer.body.find("upstream_stream_cut") != std::string::npos);
}

TEST_CASE("a full queue is Anthropic's 529") {
    const TestRouter router({{"LLM_LOCAL_PARALLEL", "1"}, {"LLM_LOCAL_QUEUE", "0"}});
    simulator::Behaviour slow;
    slow.stall_after_bytes = 0;
    router.simulator->set_behaviour(slow);
    HttpConnection holds = router.connect();
    holds.send("POST", "/v1/messages", messages_body("mistral:7b"));
    REQUIRE(router.simulator->wait_for([](const auto& log) { return !log.empty(); },
                                       std::chrono::seconds(10)));
    const HttpAnswer refused = router.post("/v1/messages", messages_body("mistral:7b"));
    CHECK(refused.status == 529);
    CHECK(json_at(refused.body, "/error/type") == "overloaded_error");
    CHECK_FALSE(refused.header("retry-after").empty());
}
