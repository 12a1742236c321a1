#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/ollama_answer.hpp"
#include "simulator/tokens.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

TEST_CASE("a chat streams one line per token and a done line without text") {
    Running running;
    const auto reply =
        running.ollama("POST", "/api/chat",
                       R"({"model":"mistral:7b","messages":[{"role":"user","content":"Why?"}]})");
    CHECK(reply.headers.at("content-type") == "application/x-ndjson");
    CHECK(reply.headers.at("transfer-encoding") == "chunked");
    REQUIRE(reply.complete);
    std::string text;
    for (std::size_t i = 0; i < reply.chunks.size(); ++i) {
        const auto& line = reply.chunks[i];
        CAPTURE(line);
        CHECK(line.find('\n') == line.size() - 1);
        const Json json(line);
        const bool last = i + 1 == reply.chunks.size();
        CHECK(json.text("/message/role") == "assistant");
        CHECK(bool(json.at("/done")) == last);
        CHECK(json.has("/done_reason") == last);
        CHECK(json.has("/eval_count") == last);
        const auto piece = json.text("/message/content");
        CHECK(piece.empty() == last);
        text += piece;
    }
    CHECK(text == "Simulated answer of mistral:7b: you asked \"Why?\".");
    CHECK(Json(reply.chunks.back()).number("/eval_count") == count_tokens(text));
    CHECK(static_cast<std::int64_t>(reply.chunks.size()) == count_tokens(text) + 1);
}

TEST_CASE("a line is compact and in Ollama's order") {
    Running running;
    const auto reply =
        running.ollama("POST", "/api/generate", R"({"model":"mistral:7b","prompt":"Why?"})");
    const auto& line = reply.chunks.front();
    const std::string begin = R"({"model":"mistral:7b","created_at":")";
    const std::string end = "Z\",\"response\":\"Simulated\",\"done\":false}\n";
    REQUIRE(line.size() == begin.size() + 29 + end.size());
    CHECK(line.substr(0, begin.size()) == begin);
    CHECK(line.substr(line.size() - end.size()) == end);
}

TEST_CASE("a model that thinks does so first, unless it must not") {
    Running running(with_thinker());
    const auto ask = [&](const char* more) {
        return running.ollama("POST", "/api/chat",
                              R"({"model":"thinker:8b",)" + std::string(more) +
                                  R"("messages":[{"role":"user","content":"Why?"}]})");
    };
    for (const auto* more : {"", R"("think":true,)", R"("think":"high",)"}) {
        CAPTURE(more);
        const auto reply = ask(more);
        CHECK(Json(reply.chunks.front()).has("/message/thinking"));
        CHECK(Json(reply.chunks.front()).text("/message/content").empty());
        const Json before_last(reply.chunks[reply.chunks.size() - 2]);
        CHECK_FALSE(before_last.has("/message/thinking"));
        CHECK_FALSE(before_last.text("/message/content").empty());
    }
    CHECK(ask(R"("think":false,)").body.find("\"thinking\"") == std::string::npos);
}

TEST_CASE("a tool call comes whole in one line") {
    Running running;
    const auto reply = running.ollama(
        "POST", "/api/chat",
        R"({"model":"mistral:7b","tools":[{"type":"function","function":{"name":"f"}}],)"
        R"("messages":[{"role":"user","content":"Why?"}]})");
    REQUIRE(reply.chunks.size() == 2);
    const Json call(reply.chunks[0]);
    CHECK(call.text("/message/tool_calls/0/function/name") == "f");
    CHECK(call.at("/message/tool_calls/0/function/arguments").is_object());
    CHECK(Json(reply.chunks[1]).text("/done_reason") == "stop");
}

TEST_CASE("counters are those of the switches") {
    Behaviour behaviour;
    behaviour.first_token_delay = std::chrono::milliseconds(20);
    behaviour.tokens_per_second = 50;
    const OllamaCounters counters(7, 10, &behaviour, std::chrono::nanoseconds(0));
    CHECK(counters.prompt_eval == 20'000'000);
    CHECK(counters.eval == 200'000'000);
    CHECK(counters.total() == counters.load + 220'000'000);
    CHECK_FALSE(counters.omit_counts);
}

TEST_CASE("counts can be left out") {
    SimulatorOptions options;
    options.behaviour.omit_usage = true;
    Running running(options);
    const auto reply =
        running.ollama("POST", "/api/generate", R"({"model":"mistral:7b","prompt":"Why?"})");
    const Json done(reply.chunks.back());
    CHECK_FALSE(done.has("/eval_count"));
    CHECK_FALSE(done.has("/prompt_eval_count"));
    CHECK(done.has("/eval_duration"));
}

TEST_CASE("images are counted and cost tokens") {
    Running running(with_thinker());
    const Json reply(
        running
            .ollama("POST", "/api/chat",
                    R"({"model":"thinker:8b","stream":false,"messages":[{"role":"user",)"
                    R"("content":"Look","images":["AAAA","BBBB"]}]})")
            .body);
    CHECK(reply.text("/message/content").find("I see 2 images.") != std::string::npos);
    CHECK(reply.number("/prompt_eval_count") > 2 * 768);
}

TEST_CASE("calls made at once come in one line and are counted by index") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto reply = running.ollama(
        "POST", "/api/chat",
        R"({"model":"mistral:7b","tools":[{"type":"function","function":{"name":"f"}},)"
        R"({"type":"function","function":{"name":"g"}}],)"
        R"("messages":[{"role":"user","content":"Why?"}]})");
    const Json line(reply.chunks.at(0));
    CHECK(line.text("/message/tool_calls/0/function/name") == "f");
    CHECK(line.number("/message/tool_calls/1/function/index") == 1);
    CHECK(line.text("/message/tool_calls/1/function/name") == "g");
}

TEST_CASE("logprobs come with each line's text, and with all of it in one object") {
    Running running;
    const auto ask = [&](const char* more) {
        return running.ollama("POST", "/api/chat",
                              R"({"model":"mistral:7b","logprobs":true,"top_logprobs":1)" +
                                  std::string(more) +
                                  R"(,"messages":[{"role":"user","content":"Why?"}]})");
    };
    const Json line(ask("").chunks.at(1));
    CHECK(line.text("/logprobs/0/token") == line.text("/message/content"));
    CHECK(line.has("/logprobs/0/top_logprobs/0/logprob"));
    const Json whole(ask(R"(,"stream":false)").body);
    CHECK(whole.text("/logprobs/1/token") == " answer");
    CHECK(running
              .ollama("POST", "/api/chat",
                      R"({"model":"mistral:7b","top_logprobs":21,)"
                      R"("messages":[{"role":"user","content":"Why?"}]})")
              .status == 400);
}
