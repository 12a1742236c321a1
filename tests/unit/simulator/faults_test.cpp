#include <chrono>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/delivery.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;
using Clock = std::chrono::steady_clock;

namespace {

constexpr const char* kChat =
    R"({"model":"mistral:7b","stream":false,"messages":[{"role":"user","content":"Why?"}]})";
constexpr const char* kStream =
    R"({"model":"mistral:7b","messages":[{"role":"user","content":"Why?"}]})";
constexpr const char* kOpenAiStream =
    R"({"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Why?"}]})";

/// created_at differs from one run to the next, its length does not.
std::size_t body_size(Running& running, const char* body) {
    return running.ollama("POST", "/api/chat", body).body.size();
}

}  // namespace

TEST_CASE("a body is cut at the exact byte, whatever carries it") {
    Running running;
    const auto stream_size = body_size(running, kStream);
    const auto whole_size = body_size(running, kChat);
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{101}, stream_size - 1}) {
        CAPTURE(at);
        Behaviour behaviour;
        behaviour.cut_after_bytes = static_cast<std::int64_t>(at);
        running.simulator.set_behaviour(behaviour);
        Client client(running.simulator.ollama_port());
        const auto streamed = client.request("POST", "/api/chat", kStream);
        CHECK(streamed.status == 200);
        CHECK(streamed.body.size() == at);
        CHECK_FALSE(streamed.complete);
        CHECK(client.at_end());
        const auto whole = running.ollama("POST", "/api/chat", kChat);
        CHECK(whole.body.size() == std::min(at, whole_size));
        CHECK(whole.complete == (at > whole_size));
    }
}

TEST_CASE("a body shorter than the cut is delivered whole and the connection goes on") {
    Running running;
    Behaviour behaviour;
    behaviour.cut_after_bytes = 1'000'000;
    running.simulator.set_behaviour(behaviour);
    Client client(running.simulator.ollama_port());
    CHECK(client.request("POST", "/api/chat", kStream).complete);
    CHECK(client.request("POST", "/api/chat", kChat).complete);
}

TEST_CASE("a stalled body keeps the connection until the client leaves") {
    Running running;
    running.simulator.record_requests(true);
    Behaviour behaviour;
    behaviour.stall_after_bytes = 150;
    running.simulator.set_behaviour(behaviour);
    Client client(running.simulator.ollama_port());
    client.send_request("POST", "/api/chat", kStream);
    REQUIRE(client.wait_for_bytes(150));
    client.close();
    CHECK(running.simulator.wait_for(
        [](const auto& entries) { return entries.size() == 1 && entries[0].closed_after_us > 0; },
        std::chrono::seconds(kTimeoutSeconds)));
    CHECK_FALSE(running.simulator.requests()[0].completed);
}

TEST_CASE("errors come with the usual text of their status, or the one that is set") {
    Running running;
    Behaviour behaviour;
    behaviour.error_status = 503;
    running.simulator.set_behaviour(behaviour);
    const auto busy = running.ollama("POST", "/api/chat", kStream);
    CHECK(busy.status == 503);
    CHECK(busy.body ==
          R"({"error":"server busy, please try again.  maximum pending requests exceeded"})");
    CHECK(busy.headers.count("retry-after") == 0);

    behaviour.error_status = 429;
    behaviour.error_message = "You exceeded your current quota";
    behaviour.error_code = "insufficient_quota";
    behaviour.retry_after_seconds = 7;
    running.simulator.set_behaviour(behaviour);
    const auto quota = running.openai("POST", "/v1/chat/completions", kOpenAiStream);
    CHECK(quota.status == 429);
    CHECK(quota.headers.at("retry-after") == "7");
    const Json json(quota.body);
    CHECK(json.text("/error/message") == "You exceeded your current quota");
    CHECK(json.text("/error/type") == "insufficient_quota");
    CHECK(json.text("/error/code") == "insufficient_quota");
    CHECK(json.at("/error/param").is_null());
    CHECK(running.ollama("GET", "/api/tags").status == 200);
}

TEST_CASE("every other request fails at a rate of one half, of one model only") {
    Running running;
    Behaviour behaviour;
    behaviour.error_status = 500;
    behaviour.error_rate = 0.5;
    running.simulator.set_behaviour("mistral:7b", behaviour);
    Client client(running.simulator.ollama_port());
    std::string statuses;
    for (int i = 0; i < 6; ++i) {
        statuses += std::to_string(client.request("POST", "/api/chat", kChat).status) + " ";
        CHECK(client.request("POST", "/api/generate", R"({"model":"phi:2.7b","prompt":"a"})")
                  .status == 200);
    }
    CHECK(statuses == "200 500 200 500 200 500 ");
}

TEST_CASE("the first token waits, and then the tokens keep their pace") {
    SimulatorOptions options;
    options.behaviour.first_token_delay = std::chrono::milliseconds(60);
    options.behaviour.tokens_per_second = 200;
    options.behaviour.answer_tokens = 12;
    Running running(options);
    for (const auto* body : {kStream, kChat}) {
        CAPTURE(body);
        Client client(running.simulator.ollama_port());
        const auto start = Clock::now();
        client.send_request("POST", "/api/chat", body);
        REQUIRE(client.wait_for_bytes(1));
        CHECK(Clock::now() - start >= std::chrono::milliseconds(60));
        const auto reply = client.read_response();
        CHECK(reply.complete);
        CHECK(Clock::now() - start >= std::chrono::milliseconds(60 + 12 * 5));
        const Json done(reply.chunks.empty() ? reply.body : reply.chunks.back());
        CHECK(done.number("/eval_count") == 12);
        CHECK(done.number("/eval_duration") == 60'000'000);
        CHECK(done.number("/prompt_eval_duration") == 60'000'000);
    }
}

TEST_CASE("a connection can be reset without an answer, or closed after one") {
    Running running;
    Behaviour behaviour;
    behaviour.reset_before_head = true;
    running.simulator.set_behaviour(behaviour);
    const auto reset = running.ollama("POST", "/api/chat", kChat);
    CHECK(reset.status == 0);
    CHECK(reset.reset);

    behaviour = {};
    behaviour.close_after_answer = true;
    running.simulator.set_behaviour(behaviour);
    Client client(running.simulator.ollama_port());
    const auto reply = client.request("POST", "/api/chat", kChat);
    CHECK(reply.complete);
    CHECK(reply.headers.count("connection") == 0);
    CHECK(client.at_end());
}
