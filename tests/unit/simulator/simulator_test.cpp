#include "simulator/simulator.hpp"

#include <atomic>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr;
using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kChat =
    R"({"model":"mistral:7b","stream":false,"messages":[{"role":"user","content":"Why?"}]})";
constexpr const char* kStream =
    R"({"model":"mistral:7b","messages":[{"role":"user","content":"Why?"}]})";

}  // namespace

TEST_CASE("the kernel chooses ports, and the URLs tell them") {
    Running running;
    const auto& simulator = running.simulator;
    CHECK(simulator.ollama_port() != 0);
    CHECK(simulator.ollama_port() != simulator.openai_port());
    CHECK(simulator.ollama_url() == "http://127.0.0.1:" + std::to_string(simulator.ollama_port()));
    CHECK(simulator.openai_url() ==
          "http://127.0.0.1:" + std::to_string(simulator.openai_port()) + "/v1");
}

TEST_CASE("a port that is taken is an error that names it") {
    Running running;
    SimulatorOptions options;
    options.openai_port = running.simulator.ollama_port();
    Simulator second(options);
    const auto started = second.start();
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().code == Errc::upstream_unreachable);
    CHECK(started.error().message.find(std::to_string(options.openai_port)) != std::string::npos);
    options.openai_port = 0;
    options.host = "nowhere.invalid";
    CHECK_FALSE(Simulator(options).start().has_value());
}

TEST_CASE("stopping ends waiting connections, and the ports are the same after a restart") {
    SimulatorOptions options;
    options.threads = 2;
    options.behaviour.first_token_delay = std::chrono::hours(1);
    Running running(options);
    auto& simulator = running.simulator;
    const auto port = simulator.ollama_port();
    simulator.record_requests(true);
    std::vector<std::unique_ptr<Client>> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.push_back(std::make_unique<Client>(port));
        waiting.back()->send_request("POST", "/api/chat", kStream);
    }
    Client idle(port);
    idle.request("GET", "/");
    REQUIRE(simulator.wait_for([](const auto& entries) { return entries.size() == 4; },
                               std::chrono::seconds(kTimeoutSeconds)));
    CHECK(simulator.open_connections() == 5);
    simulator.stop();
    CHECK(simulator.open_connections() == 0);
    CHECK(idle.at_end());
    for (auto& client : waiting) {
        CHECK(client->at_end());
    }
    simulator.set_behaviour(Behaviour{});
    REQUIRE(simulator.start().has_value());
    CHECK(simulator.ollama_port() == port);
    CHECK(running.ollama("POST", "/api/chat", kChat).status == 200);
}

TEST_CASE("requests may be pipelined, also while an answer streams") {
    Running running;
    Behaviour paced;
    paced.tokens_per_second = 2000;
    for (const auto& behaviour : {Behaviour{}, paced}) {
        running.simulator.set_behaviour(behaviour);
        Client client(running.simulator.ollama_port());
        client.send_request("POST", "/api/chat", kStream);
        client.send_request("GET", "/api/version");
        client.send_request("POST", "/api/chat", kChat);
        CHECK(client.read_response().complete);
        CHECK(client.read_response().body == R"({"version":"0.33.0"})");
        CHECK(client.read_response().status == 200);
    }
}

TEST_CASE("requests arrive in pieces, in chunks, or after a 100 Continue") {
    Running running;
    Client client(running.simulator.ollama_port());
    const std::string head = "POST /api/chat HTTP/1.1\r\nHost: a\r\n";
    const std::string body = kChat;

    client.send(head.substr(0, 10));
    client.send(head.substr(10) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body.substr(0, 20));
    client.send(body.substr(20));
    CHECK(client.read_response().status == 200);

    client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
    client.send("5\r\n" + body.substr(0, 5) + "\r\n");
    client.send("5\r\n" + body.substr(5, 5) + "\r\n");
    const auto rest = body.substr(10);
    char size[16];
    std::snprintf(size, sizeof size, "%zx", rest.size());
    client.send(std::string(size) + "\r\n" + rest + "\r\n0\r\n\r\n");
    CHECK(client.read_response().status == 200);

    client.send(head + "Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n");
    REQUIRE(client.wait_for_bytes(25));
    client.send(body);
    CHECK(client.read_response(false).status == 100);
    CHECK(client.read_response().status == 200);
}

TEST_CASE("what is not HTTP is refused and the connection closed") {
    Running running;
    struct Row {
        std::string bytes;
        int status;
    };
    for (const auto& [bytes, status] :
         {Row{"hello\r\n\r\n", 400},
          Row{"POST /api/chat HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413},
          Row{"GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", 431}}) {
        Client client(running.simulator.ollama_port());
        client.send(bytes);
        CHECK(client.read_response().status == status);
        CHECK(client.at_end());
    }
}

TEST_CASE("HTTP/1.0 gets a stream that ends with the connection") {
    Running running;
    Client client(running.simulator.ollama_port());
    client.send("POST /api/chat HTTP/1.0\r\nContent-Length: " +
                std::to_string(std::string(kStream).size()) + "\r\n\r\n" + kStream);
    const auto reply = client.read_response();
    CHECK(reply.headers.count("transfer-encoding") == 0);
    CHECK(reply.body.find("\"done\":true") != std::string::npos);
}

TEST_CASE("switches may change while several clients ask several threads") {
    SimulatorOptions options;
    options.threads = 2;
    Running running(options);
    running.simulator.record_requests(true);
    std::atomic<int> good{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&] {
            Client client(running.simulator.ollama_port());
            for (int n = 0; n < 25; ++n) {
                const auto reply = client.request("POST", "/api/chat", n % 2 ? kChat : kStream);
                good += reply.status == 200 && reply.complete ? 1 : 0;
            }
        });
    }
    Behaviour behaviour;
    for (int tokens = 1; tokens < 50; ++tokens) {
        behaviour.answer_tokens = tokens;
        running.simulator.set_behaviour(behaviour);
        running.simulator.set_behaviour("mistral:7b", behaviour);
    }
    for (auto& client : clients) {
        client.join();
    }
    CHECK(good == 100);
    CHECK(running.simulator.request_count() == 100);
}
