// A local Ollama that dies and comes back under load.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/client_load.hpp"

using namespace llmr;
using namespace llmr::test;
using std::chrono::steady_clock;

TEST_CASE("Ollama killed and revived under load: no client notices, and it is found again") {
    simulator::Simulator ollama{simulator::SimulatorOptions{}};
    REQUIRE(ollama.start().has_value());
    ollama.record_requests(true);
    const TestRouter router(TestRouter::with_external({{"OLLAMA_URL", ollama.ollama_url()}}));
    std::vector<std::int64_t> revivals;
    std::atomic<int> local{0};
    std::atomic<int> external{0};
    ClientLoad load(router, 16, [&](const HttpAnswer& answer) {
        ++(answer.header("x-router-local") == "1" ? local : external);
    });
    until_grown(local, 200);
    for (int round = 0; round < 3; ++round) {
        ollama.stop();
        until_grown(external, 200);
        REQUIRE(ollama.start().has_value());
        revivals.push_back(until_grown(local, 1).count());
        until_grown(local, 200);
    }
    CHECK(load.failed == 0);
    MESSAGE(fmt::format("first local answer {} ms after the revival", fmt::join(revivals, ", ")));
}

TEST_CASE("while everything is down no request of ours reaches a model") {
    simulator::Simulator ollama{simulator::SimulatorOptions{}};
    REQUIRE(ollama.start().has_value());
    const TestRouter router(Environment{{"OLLAMA_URL", ollama.ollama_url()}});
    ollama.stop();
    CHECK(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 502);
    REQUIRE(ollama.start().has_value());
    ollama.record_requests(true);
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (json_at(router.get("/health").body, "/upstreams/0/status") != "up" &&
           steady_clock::now() < deadline)
        std::this_thread::yield();
    CHECK(json_at(router.get("/health").body, "/upstreams/0/status") == "up");
    CHECK(ollama.requests().empty());  // health was looked at without inference
    CHECK(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    CHECK(ollama.requests().size() == 1);
}
