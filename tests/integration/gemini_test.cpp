// Gemini's models, on the Gemini API and on Vertex AI, for clients of every dialect.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "google-key-of-the-simulator";

UpstreamConfig google(const std::string& name, const std::string& url) {
    UpstreamConfig upstream;
    upstream.name = name;
    upstream.dialect = Dialect::gemini;
    upstream.base_url = url;
    upstream.provider = name;
    if (name == "gemini") {
        upstream.api_keys = {Secret(kKey)};
    } else {
        upstream.token.kind = TokenKind::fixed;
        upstream.token.secret = Secret(kKey);
    }
    upstream.locality = Locality::external;
    return upstream;
}

TestRouter with_google(const std::string& key = kKey) {
    return TestRouter(
        {},
        [&](simulator::SimulatorOptions& options) {
            options.gemini_port = 0;
            options.gemini_api_key = key;
        },
        [](Config& config, const simulator::Simulator& simulator) {
            config.upstreams.push_back(google("gemini", simulator.gemini_url()));
            config.upstreams.push_back(google("vertex_ai", simulator.vertex_url()));
        });
}

const std::string kAsk = R"("messages":[{"role":"user","content":"What is 2+2?"}])";

std::string chat(const std::string& model, const std::string& more = kAsk) {
    return R"({"model":")" + model + "\"," + more + "}";
}

const std::string kTool = R"("tools":[{"type":"function","function":{"name":"weather",)"
                          R"("parameters":{"type":"object","properties":{"city":)"
                          R"({"type":"string"}},"required":["city"]}}}])";

}  // namespace

TEST_CASE("a client of every dialect is answered by Gemini, at both of its addresses") {
    const TestRouter router = with_google();
    for (const char* model : {"gemini/gemini-2.5-flash", "vertex_ai/gemini-2.5-flash",
                              "vertex_ai/google/gemini-2.0-flash"}) {
        CAPTURE(model);
        const HttpAnswer openai = router.post("/v1/chat/completions", chat(model));
        REQUIRE(openai.status == 200);
        CHECK(json_at(openai.body, "/choices/0/message/content").find("2+2") != std::string::npos);
        CHECK(json_at(openai.body, "/choices/0/finish_reason") == "stop");
        const HttpAnswer anthropic =
            router.post("/v1/messages", chat(model, "\"max_tokens\":50," + kAsk));
        CHECK(json_at(anthropic.body, "/content/0/text").find("2+2") != std::string::npos);
        const HttpAnswer ollama = router.post("/api/chat", chat(model));
        CHECK(ollama.body.find("\"done\":true") != std::string::npos);
        CHECK(ollama.complete);
        const HttpAnswer responses =
            router.post("/v1/responses", chat(model, R"("input":"What is 2+2?")"));
        CHECK(json_at(responses.body, "/status") == "completed");
    }
}

TEST_CASE("a stream ends as the client's dialect ends one, and its counts are in the ledger") {
    const TestRouter router = with_google();
    const HttpAnswer stream = router.post(
        "/v1/chat/completions",
        chat("gemini/gemini-2.5-pro",
             R"("stream":true,"reasoning_effort":"low","stream_options":{"include_usage":true},)" +
                 kAsk));
    CHECK(stream.complete);
    CHECK(stream.body.find("reasoning_content") != std::string::npos);
    CHECK(stream.body.find("reasoning_tokens") != std::string::npos);
    CHECK(stream.body.ends_with("data: [DONE]\n\n"));
    const std::string rows = router.get("/router/queries").body;
    CHECK(json_at(rows, "/queries/0/upstream") == "gemini");
    CHECK(json_at(rows, "/queries/0/usage_source") == "reported");
    CHECK(json_at(rows, "/queries/0/cost_usd") != "0");
    CHECK(json_at(rows, "/queries/0/cost_usd") != "null");
}

TEST_CASE("each address gets the key in its own way") {
    const TestRouter router = with_google();
    router.post("/v1/chat/completions", chat("gemini/gemini-2.0-flash"));
    router.post("/v1/chat/completions", chat("vertex_ai/gemini-2.0-flash"));
    const auto log = router.simulator->requests();
    REQUIRE(log.size() == 2);
    CHECK(log[0].headers.at("x-goog-api-key") == kKey);
    CHECK(log[0].authorization.empty());
    CHECK(!log[1].headers.contains("x-goog-api-key"));
    CHECK(log[1].authorization == "Bearer " + kKey);
}

TEST_CASE("a refused key is the router's own trouble") {
    const TestRouter router = with_google("another");
    for (const char* model : {"gemini/gemini-2.0-flash", "vertex_ai/gemini-2.0-flash"}) {
        const HttpAnswer answer = router.post("/v1/chat/completions", chat(model));
        CHECK(answer.status == 502);
        CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
    }
}

TEST_CASE("a call goes back with the signature that Gemini 3 gave it") {
    const TestRouter router = with_google();
    const std::string model = "gemini/gemini-3-pro-preview";
    const HttpAnswer called = router.post("/v1/chat/completions", chat(model, kTool + "," + kAsk));
    REQUIRE(called.status == 200);
    const std::string message = json_at(called.body, "/choices/0/message");
    const std::string id = json_at(message, "/tool_calls/0/id");
    CHECK_FALSE(json_at(message, "/tool_calls/0/extra_content/google/thought_signature").empty());
    const auto answered = [&](const std::string& assistant) {
        return router.post(
            "/v1/chat/completions",
            chat(model, kTool + R"(,"messages":[{"role":"user","content":"Rain?"},)" + assistant +
                            R"(,{"role":"tool","tool_call_id":")" + id +
                            R"(","content":"rain"}])"));
    };
    const HttpAnswer answer = answered(message);
    REQUIRE(answer.status == 200);
    CHECK(json_at(answer.body, "/choices/0/message/content").find("rain") != std::string::npos);
    // A client that loses it is helped out.
    const std::string bare = R"({"role":"assistant","tool_calls":[{"id":")" + id +
                             R"(","type":"function","function":{"name":"weather","arguments":)"
                             R"("{\"city\":\"Ulm\"}"}}]})";
    CHECK(answered(bare).status == 200);
}

TEST_CASE("embeddings of both addresses") {
    const TestRouter router = with_google();
    const std::string two = R"("input":["a b","c"],"dimensions":8)";
    const HttpAnswer batch =
        router.post("/v1/embeddings", chat("gemini/gemini-embedding-001", two));
    REQUIRE(batch.status == 200);
    CHECK_FALSE(json_at(batch.body, "/data/1/embedding/7").empty());
    const HttpAnswer predicted =
        router.post("/v1/embeddings", chat("vertex_ai/text-embedding-005", two));
    CHECK(json_at(predicted.body, "/usage/prompt_tokens") == "3");
    const HttpAnswer ollama =
        router.post("/api/embed", chat("vertex_ai/gemini-embedding-001", R"("input":"a")"));
    CHECK_FALSE(json_at(ollama.body, "/embeddings/0/3071").empty());
    const HttpAnswer refused =
        router.post("/v1/embeddings", chat("vertex_ai/gemini-embedding-001", two));
    CHECK(refused.status == 400);
    CHECK(json_at(refused.body, "/error/param") == "input");
}

TEST_CASE("a stream that Google breaks off is broken off for the client") {
    const TestRouter router = with_google();
    simulator::Behaviour failing;
    failing.stream_error_after = 2;
    router.simulator->set_behaviour("gemini-2.0-flash", failing);
    const HttpAnswer stream = router.post(
        "/v1/chat/completions", chat("gemini/gemini-2.0-flash", "\"stream\":true," + kAsk));
    CHECK(stream.body.find("\"error\"") != std::string::npos);
    CHECK(stream.body.find("[DONE]") == std::string::npos);
}

TEST_CASE("Google's word on when to come back reaches the client") {
    const TestRouter router = with_google();
    simulator::Behaviour limited;
    limited.error_status = 429;
    limited.retry_after_seconds = 34;
    router.simulator->set_behaviour("gemini-2.0-flash", limited);
    const HttpAnswer answer = router.post("/v1/chat/completions", chat("gemini/gemini-2.0-flash"));
    CHECK(answer.status == 429);
    CHECK(answer.header("retry-after") == "34");
}
