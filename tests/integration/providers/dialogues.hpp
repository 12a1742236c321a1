#pragma once

#include <string>

#include <doctest/doctest.h>

#include "tests/integration/providers/ask.hpp"

namespace llmr::test {

inline const std::string kWeatherTool =
    R"("tools":[{"type":"function","function":{"name":"weather","description":"Weather of a city",)"
    R"("parameters":{"type":"object","properties":{"city":{"type":"string"}},)"
    R"("required":["city"]}}}])";

/// One answer as a body and one as a stream, to a client of OpenAI's.
inline void check_chat_and_stream(const TestRouter& router, const std::string& model) {
    CAPTURE(model);
    const HttpAnswer whole = ask(router, model);
    REQUIRE_MESSAGE(whole.status == 200, whole.body);
    CHECK(contains(json_at(whole.body, "/choices/0/message/content"), "2+2"));
    CHECK(json_at(whole.body, "/choices/0/finish_reason") == "stop");
    const HttpAnswer stream = ask(router, model, R"("stream":true)");
    REQUIRE_MESSAGE(stream.status == 200, stream.body);
    CHECK(stream.complete);
    CHECK(stream.header("content-type").starts_with("text/event-stream"));
    CHECK(contains(stream.body, R"("finish_reason":"stop")"));
    CHECK(stream.body.ends_with("data: [DONE]\n\n"));
    CHECK_FALSE(contains(stream.body, R"("total_tokens")"));  // nobody asked for it
    CHECK(last_row(router).usage.source == UsageSource::reported);
}

/// The same question from clients of the other dialects.
inline void check_other_clients(const TestRouter& router, const std::string& model) {
    CAPTURE(model);
    const HttpAnswer anthropic =
        router.post("/v1/messages", ask_body(model, R"("max_tokens":200)"));
    CHECK(json_at(anthropic.body, "/stop_reason") == "end_turn");
    CHECK(contains(anthropic.body, "2+2"));
    const HttpAnswer ollama = router.post("/api/chat", ask_body(model, R"("stream":false)"));
    CHECK(json_at(ollama.body, "/done") == "true");
    CHECK(contains(json_at(ollama.body, "/message/content"), "2+2"));
    const HttpAnswer responses = router.post(
        "/v1/responses", R"({"model":")" + model + R"(","input":"What is 2+2?","store":false})");
    CHECK(json_at(responses.body, "/status") == "completed");
    CHECK(contains(responses.body, "2+2"));
}

/// A tool is called, and its result answered; the second turn carries no reasoning, as most clients
/// lose it.
inline void check_tools(const TestRouter& router, const std::string& model) {
    CAPTURE(model);
    const HttpAnswer call = ask(router, model, kWeatherTool);
    REQUIRE_MESSAGE(call.status == 200, call.body);
    CHECK(json_at(call.body, "/choices/0/finish_reason") == "tool_calls");
    const std::string at = "/choices/0/message/tool_calls/0";
    CHECK(json_at(call.body, at + "/function/name") == "weather");
    const std::string calls = json_at(call.body, "/choices/0/message/tool_calls");
    const std::string turns =
        R"([{"role":"user","content":"What is the weather?"},{"role":"assistant","tool_calls":)" +
        calls + R"(},{"role":"tool","tool_call_id":")" + json_at(call.body, at + "/id") +
        R"(","content":"17 degrees"}])";
    const HttpAnswer answer = ask(router, model, kWeatherTool, turns);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(contains(json_at(answer.body, "/choices/0/message/content"), "17 degrees"));
    const HttpAnswer stream = ask(router, model, kWeatherTool + R"(,"stream":true)");
    CHECK(contains(stream.body, R"("finish_reason":"tool_calls")"));
    CHECK(contains(stream.body, R"("name":"weather")"));
}

/// Vectors for two texts.
inline void check_embeddings(const TestRouter& router, const std::string& model) {
    CAPTURE(model);
    const HttpAnswer answer =
        router.post("/v1/embeddings", R"({"model":")" + model + R"(","input":["one","two"]})");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK_FALSE(json_at(answer.body, "/data/1/embedding/0").empty());
    CHECK(last_row(router).operation == Operation::embed);
    const HttpAnswer ollama =
        router.post("/api/embed", R"({"model":")" + model + R"(","input":"one"})");
    REQUIRE_MESSAGE(ollama.status == 200, ollama.body);
    CHECK_FALSE(json_at(ollama.body, "/embeddings/0/0").empty());
}

}  // namespace llmr::test
