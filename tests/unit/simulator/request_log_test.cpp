#include "simulator/request_log.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kStream =
    R"({"model":"mistral:7b","messages":[{"role":"user","content":"Why?"}]})";
constexpr std::chrono::seconds kTimeout{kTimeoutSeconds};

}  // namespace

TEST_CASE("inference requests are logged with all that reached the server") {
    Running running;
    running.simulator.record_requests(true);
    Client client(running.simulator.openai_port());
    const char* body =
        R"({"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"a"}]})";
    client.request("POST", "/v1/chat/completions", body, "Authorization: Bearer sk-1\r\n");
    client.request("GET", "/v1/models");
    client.request("POST", "/v1/embeddings", "not JSON");
    REQUIRE(running.simulator.wait_for(
        [](const auto& entries) { return entries.size() == 2 && entries[1].completed; }, kTimeout));
    const auto entries = running.simulator.requests();
    CHECK(entries[0].path == "/v1/chat/completions");
    CHECK(entries[0].model == "gpt-4o");
    CHECK(entries[0].body == body);
    CHECK(entries[0].authorization == "Bearer sk-1");
    CHECK(entries[0].stream);
    CHECK(entries[0].completed);
    CHECK(entries[0].closed_after_us == 0);
    CHECK(entries[1].path == "/v1/embeddings");
    CHECK(running.simulator.request_count() == 2);
}

TEST_CASE("nothing is recorded unless asked for, but requests are counted") {
    Running running;
    running.ollama("POST", "/api/chat", kStream);
    CHECK(running.simulator.requests().empty());
    CHECK(running.simulator.request_count() == 1);
    CHECK_FALSE(running.simulator.wait_for([](const auto& entries) { return !entries.empty(); },
                                           std::chrono::milliseconds(1)));
}

TEST_CASE("a client that leaves is noticed at once, whatever is waited for") {
    Behaviour late;
    late.first_token_delay = std::chrono::hours(1);
    Behaviour slow;
    slow.tokens_per_second = 0.001;
    Behaviour stalled;
    stalled.stall_after_bytes = 0;
    for (const auto& behaviour : {late, slow, stalled}) {
        for (const bool stream : {true, false}) {
            CAPTURE(stream);
            Running running;
            running.simulator.set_behaviour(behaviour);
            running.simulator.record_requests(true);
            Client client(running.simulator.ollama_port());
            client.send_request("POST", "/api/chat",
                                R"({"model":"mistral:7b","stream":)" +
                                    std::string(stream ? "true" : "false") +
                                    R"(,"messages":[{"role":"user","content":"Why?"}]})");
            REQUIRE(running.simulator.wait_for(
                [](const auto& entries) { return entries.size() == 1; }, kTimeout));
            client.close();
            CHECK(running.simulator.wait_for(
                [](const auto& entries) { return entries[0].closed_after_us > 0; }, kTimeout));
            CHECK_FALSE(running.simulator.requests()[0].completed);
        }
    }
}

TEST_CASE("recording anew forgets, and late news of forgotten requests are ignored") {
    RequestLog log;
    CHECK(log.add({}) == 0);
    log.record(true);
    const auto old = log.add({});
    CHECK(old != 0);
    log.record(false);
    CHECK(log.entries().size() == 1);
    log.record(true);
    CHECK(log.entries().empty());
    const auto fresh = log.add({});
    log.completed(old);
    CHECK_FALSE(log.entries()[0].completed);
    log.completed(fresh);
    CHECK(log.entries()[0].completed);
    log.closed(fresh, 0);
    CHECK(log.entries()[0].closed_after_us == 1);
}
