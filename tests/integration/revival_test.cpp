// A local Ollama that dies and comes back under load.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;
using std::chrono::steady_clock;

namespace {

constexpr int kClients = 16;

/// Asks without pause until it goes, and counts who answered.
class Load {
public:
    explicit Load(const TestRouter& router) {
        for (int client = 0; client < kClients; ++client)
            threads_.emplace_back([this, &router] { ask(router); });
    }
    ~Load() {
        stop_ = true;
        for (std::thread& thread : threads_)
            thread.join();
    }

    std::atomic<int> local{0};
    std::atomic<int> external{0};
    std::atomic<int> failed{0};

private:
    void ask(const TestRouter& router) {
        while (!stop_) {
            try {
                const HttpAnswer answer =
                    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
                if (answer.status != 200) ++failed;
                ++(answer.header("x-router-local") == "1" ? local : external);
            } catch (const std::exception&) {
                ++failed;
            }
        }
    }
    std::atomic<bool> stop_{false};
    std::vector<std::thread> threads_;
};

/// Waits until `count` has grown by `more`; the time it took.
std::chrono::milliseconds until_grown(const std::atomic<int>& count, int more) {
    const auto start = steady_clock::now();
    const int wanted = count + more;
    while (count < wanted && steady_clock::now() - start < std::chrono::seconds(30))
        std::this_thread::yield();
    CHECK(count >= wanted);
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
}

}  // namespace

TEST_CASE("Ollama killed and revived under load: no client notices, and it is found again") {
    simulator::Simulator ollama{simulator::SimulatorOptions{}};
    REQUIRE(ollama.start().has_value());
    ollama.record_requests(true);
    const TestRouter router(TestRouter::with_external({{"OLLAMA_URL", ollama.ollama_url()}}));
    std::vector<std::int64_t> revivals;
    Load load(router);
    until_grown(load.local, 200);
    for (int round = 0; round < 3; ++round) {
        ollama.stop();
        until_grown(load.external, 200);
        REQUIRE(ollama.start().has_value());
        revivals.push_back(until_grown(load.local, 1).count());
        until_grown(load.local, 200);
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
