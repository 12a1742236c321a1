#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

namespace llmr::test {

/// Clients that ask a simple question without pause until this goes. `seen` is called with every
/// answer, on the clients' threads.
class ClientLoad {
public:
    ClientLoad(const TestRouter& router, int clients, std::function<void(const HttpAnswer&)> seen)
        : seen_(std::move(seen)) {
        for (int client = 0; client < clients; ++client)
            threads_.emplace_back([this, &router] { ask(router); });
    }
    ~ClientLoad() {
        stop_ = true;
        for (std::thread& thread : threads_)
            thread.join();
    }

    std::atomic<int> failed{0};  ///< other than 200, or no answer

private:
    void ask(const TestRouter& router) {
        while (!stop_) {
            try {
                const HttpAnswer answer =
                    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
                if (answer.status != 200) ++failed;
                seen_(answer);
            } catch (const std::exception&) {
                ++failed;
            }
        }
    }
    std::function<void(const HttpAnswer&)> seen_;
    std::atomic<bool> stop_{false};
    std::vector<std::thread> threads_;
};

/// Waits, half a minute at most, until `count` has grown by `more`; the time it took.
inline std::chrono::milliseconds until_grown(const std::atomic<int>& count, int more) {
    using std::chrono::steady_clock;
    const auto start = steady_clock::now();
    const int wanted = count + more;
    while (count < wanted && steady_clock::now() - start < std::chrono::seconds(30))
        std::this_thread::yield();
    CHECK(count >= wanted);
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
}

}  // namespace llmr::test
