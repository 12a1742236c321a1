// Two Ollamas with the same models: who is asked, and what happens when one dies.
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/client_load.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kModel = "mistral:7b";

std::string named(const std::string& model) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hi"}]})";
}

/// Two simulated Ollamas; the router calls them ollama and ollama-2.
struct Hosts {
    Hosts() {
        for (auto& host : all) {
            host = std::make_unique<simulator::Simulator>(simulator::SimulatorOptions{});
            REQUIRE(host->start().has_value());
            host->record_requests(true);
        }
    }
    /// Has a model loaded into a host's memory, before there is a router.
    void load(std::size_t host) const {
        all[host]->record_requests(false);
        HttpConnection connection(all[host]->ollama_port());
        const HttpAnswer answer = connection.request(
            "POST", "/api/generate",
            R"({"model":"mistral:7b","options":{"num_ctx":8192},"stream":false})");
        REQUIRE(answer.status == 200);
        all[host]->record_requests(true);
    }
    Environment environment() const {
        return {{"OLLAMA_URL", all[0]->ollama_url() + "," + all[1]->ollama_url()}};
    }
    std::size_t asked(std::size_t host) const { return all[host]->requests().size(); }

    std::array<std::unique_ptr<simulator::Simulator>, 2> all;
};

}  // namespace

TEST_CASE("a model is asked where it is in memory") {
    const Hosts hosts;
    hosts.load(1);
    const TestRouter router(hosts.environment());
    for (const std::string& body : {chat_body("What is 2+2?"), named(kModel)}) {
        const HttpAnswer answer = router.post(kChat, body);
        CHECK(answer.status == 200);
        CHECK(answer.header("x-router-model") == kModel);
        CHECK(answer.header("x-router-upstream") == "ollama-2");
    }
    CHECK(hosts.asked(0) == 0);
    CHECK(hosts.asked(1) == 2);
    // What nobody has in memory goes to the first.
    CHECK(router.post(kChat, named("codellama:13b")).header("x-router-upstream") == "ollama");
}

TEST_CASE("a model that both have in memory is asked where there is less to do") {
    const Hosts hosts;
    simulator::Behaviour stalled;
    stalled.stall_after_bytes = 0;
    for (const std::size_t host : {0U, 1U}) {
        hosts.load(host);
        hosts.all[host]->set_behaviour(stalled);
    }
    const TestRouter router(hosts.environment());
    std::vector<std::unique_ptr<HttpConnection>> clients;
    for (std::size_t count = 1; count <= 6; ++count) {
        clients.push_back(std::make_unique<HttpConnection>(router.port()));
        clients.back()->send("POST", kChat, named(kModel));
        const std::size_t host = (count - 1) % 2;
        REQUIRE(hosts.all[host]->wait_for(
            [expected = (count + 1) / 2](const auto& log) { return log.size() == expected; },
            std::chrono::seconds(10)));
    }
    CHECK(hosts.asked(0) == 3);
    CHECK(hosts.asked(1) == 3);
    const std::string metrics = router.get("/metrics").body;
    for (const std::string host : {"ollama", "ollama-2"}) {
        const std::string line =
            "\nllm_router_local_queries_in_flight{upstream=\"" + host + "\"} 3\n";
        CHECK(metrics.find(line) != std::string::npos);
    }
}

TEST_CASE("when one host dies the other answers for it, and no client notices") {
    for (const std::size_t dying : {0U, 1U}) {
        CAPTURE(dying);
        const Hosts hosts;
        hosts.load(0);
        hosts.load(1);
        const TestRouter router(hosts.environment());
        std::array<std::atomic<int>, 2> answered{};  // by host
        ClientLoad load(router, 8, [&](const HttpAnswer& answer) {
            ++answered[answer.header("x-router-upstream") == "ollama" ? 0 : 1];
        });
        until_grown(answered[0], 50);
        until_grown(answered[1], 50);
        hosts.all[dying]->stop();
        until_grown(answered[1 - dying], 200);
        REQUIRE(hosts.all[dying]->start().has_value());
        until_grown(answered[dying], 50);
        CHECK(load.failed == 0);
    }
}
