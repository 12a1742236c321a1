// Models that must be loaded, and memory that does not hold them all.
#include <thread>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

SimulatorOptions one_place(std::chrono::milliseconds load_time) {
    SimulatorOptions options;
    options.max_loaded = 1;
    options.behaviour.load_time = load_time;
    return options;
}

std::string ask(const std::string& model, const std::string& more = {}) {
    return R"({"model":")" + model + R"(","prompt":"Hi","stream":false)" + more + "}";
}

std::string loaded(Running& running) {
    const Json body(running.ollama("GET", "/api/ps").body);
    std::string names;
    for (const auto model : body.at("/models").get_array()) {
        names += (names.empty() ? "" : " ") + std::string(std::string_view(model["name"]));
    }
    return names;
}

}  // namespace

TEST_CASE("a model is loaded once, and its first answer says how long that took") {
    Running running(one_place(std::chrono::milliseconds(30)));
    const Json first(running.ollama("POST", "/api/generate", ask("mistral:7b")).body);
    const Json second(running.ollama("POST", "/api/generate", ask("mistral:7b")).body);
    CHECK(first.number("/load_duration") >= 30'000'000);
    CHECK(second.number("/load_duration") < 30'000'000);
    CHECK(running.simulator.load_count() == 1);
    CHECK(loaded(running) == "mistral:7b");
}

TEST_CASE("with one place each change of model is a load, and /api/ps shows the one") {
    Running running(one_place(std::chrono::milliseconds(0)));
    for (int i = 0; i < 3; ++i) {
        CHECK(running.ollama("POST", "/api/generate", ask("mistral:7b")).status == 200);
        CHECK(loaded(running) == "mistral:7b");
        CHECK(running.ollama("POST", "/api/generate", ask("codellama:13b")).status == 200);
        CHECK(loaded(running) == "codellama:13b");
    }
    const std::string embed = R"({"model":"nomic-embed-text","input":"Hi"})";
    const Json vectors(running.ollama("POST", "/api/embed", embed).body);
    CHECK(vectors.has("/embeddings/0/0"));
    CHECK(vectors.number("/prompt_eval_count") == 1);
    CHECK(loaded(running) == "nomic-embed-text:latest");
    CHECK(running.simulator.load_count() == 7);
}

TEST_CASE("another context is a load, once nobody uses the model") {
    SimulatorOptions options = one_place(std::chrono::milliseconds(30));
    options.max_loaded = 2;
    Running running(options);
    running.simulator.record_requests(true);
    const std::string larger = ask("mistral:7b", R"(,"options":{"num_ctx":8192})");
    CHECK(running.ollama("POST", "/api/generate", ask("mistral:7b")).status == 200);
    const Json again(running.ollama("POST", "/api/generate", larger).body);
    CHECK(again.number("/load_duration") >= 30'000'000);
    CHECK(running.simulator.load_count() == 2);
    CHECK(running.ollama("POST", "/api/generate", larger).status == 200);
    CHECK(running.simulator.load_count() == 2);
    Behaviour stalled;
    stalled.stall_after_bytes = 10;
    stalled.load_time = std::chrono::milliseconds(30);
    running.simulator.set_behaviour("mistral:7b", stalled);
    Client busy(running.simulator.ollama_port());
    busy.send_request("POST", "/api/generate", larger);
    REQUIRE(busy.wait_for_bytes(1));
    running.simulator.set_behaviour("mistral:7b", {});
    Client other(running.simulator.ollama_port());
    other.send_request("POST", "/api/generate", ask("mistral:7b"));
    REQUIRE(running.simulator.wait_for([](const auto& log) { return log.size() == 5; },
                                       std::chrono::seconds(kTimeoutSeconds)));
    CHECK(running.simulator.load_count() == 2);
    busy.close();
    CHECK(other.read_response().status == 200);
    CHECK(running.simulator.load_count() == 3);
}

TEST_CASE("a model that answers is not evicted: the other waits, and so do all behind it") {
    SimulatorOptions options;
    options.max_loaded = 1;
    options.per_model["mistral:7b"].stall_after_bytes = 10;
    Running running(options);
    running.simulator.record_requests(true);
    const auto wait_for_requests = [&](std::size_t count) {
        REQUIRE(running.simulator.wait_for([count](const auto& log) { return log.size() == count; },
                                           std::chrono::seconds(kTimeoutSeconds)));
    };
    Client busy(running.simulator.ollama_port());
    busy.send_request("POST", "/api/generate", ask("mistral:7b"));
    REQUIRE(busy.wait_for_bytes(1));
    Client other(running.simulator.ollama_port());
    other.send_request("POST", "/api/generate", ask("codellama:13b"));
    wait_for_requests(2);
    Client behind(running.simulator.ollama_port());
    behind.send_request("POST", "/api/generate", ask("codellama:13b"));
    wait_for_requests(3);
    CHECK(loaded(running) == "mistral:7b");
    busy.close();
    CHECK(other.read_response().status == 200);
    CHECK(behind.read_response().status == 200);
    CHECK(running.simulator.load_count() == 2);
}

TEST_CASE("who leaves while it waits for memory does not hold up the others") {
    SimulatorOptions options;
    options.max_loaded = 1;
    options.per_model["mistral:7b"].stall_after_bytes = 10;
    Running running(options);
    running.simulator.record_requests(true);
    Client busy(running.simulator.ollama_port());
    busy.send_request("POST", "/api/generate", ask("mistral:7b"));
    REQUIRE(busy.wait_for_bytes(1));
    {
        Client leaver(running.simulator.ollama_port());
        leaver.send_request("POST", "/api/generate", ask("codellama:13b"));
        REQUIRE(running.simulator.wait_for([](const auto& log) { return log.size() == 2; },
                                           std::chrono::seconds(kTimeoutSeconds)));
    }
    REQUIRE(running.simulator.wait_for([](const auto& log) { return log[1].closed_after_us > 0; },
                                       std::chrono::seconds(kTimeoutSeconds)));
    busy.close();
    CHECK(running.ollama("POST", "/api/generate", ask("llama3.1:8b")).status == 200);
    CHECK(running.simulator.load_count() == 2);
}

TEST_CASE("keep_alive 0 frees the memory after the answer") {
    Running running(one_place(std::chrono::milliseconds(0)));
    CHECK(running.ollama("POST", "/api/generate", ask("mistral:7b", R"(,"keep_alive":0)")).status ==
          200);
    CHECK(loaded(running).empty());
    CHECK(running.ollama("POST", "/api/generate", ask("mistral:7b")).status == 200);
    CHECK(running.simulator.load_count() == 2);
}
