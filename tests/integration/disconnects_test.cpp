// Clients that leave at any moment: nothing stays behind.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;
using std::chrono::microseconds;
using std::chrono::steady_clock;

namespace {

constexpr int kClients = 32;
constexpr int kSlots = 40;

/// LLM_DISCONNECTS asks for more.
int disconnects() {
    const char* wanted = std::getenv("LLM_DISCONNECTS");
    return wanted == nullptr ? 640 : std::atoi(wanted);
}

std::string marked_body(int number, bool stream) {
    return chat_body(fmt::format("What is 2+2? [{:06}]", number),
                     stream ? "\"stream\":true" : "\"stream\":false");
}

const char* path_of(int number) {
    return number % 2 == 0 ? "/v1/chat/completions" : "/api/chat";
}

/// Reads so many pieces of a stream, or to its end.
void read_pieces(HttpConnection& connection, HttpAnswer& head, std::size_t pieces) {
    if (pieces > 0 && head.status == 0) head = connection.read_head();
    while (pieces-- > 0)
        if (connection.read_chunk(head).empty()) return;
}

/// Two clients leave at once: one in its stream after a random number of events, the other, which
/// came at another random event, before its first byte or anywhere after it.
steady_clock::time_point leave_together(const TestRouter& router, int number,
                                        std::mt19937& random) {
    HttpConnection clock(router.port());
    HttpConnection other(router.port());
    HttpAnswer head;
    clock.send("POST", path_of(number), marked_body(number, true));
    read_pieces(clock, head, random() % 30);
    other.send("POST", path_of(number + 1), marked_body(number + 1, random() % 2 == 0));
    read_pieces(clock, head, random() % 20);
    const auto left = steady_clock::now();
    clock.close();
    other.close();
    return left;
}

/// When each client left, by its number.
std::vector<steady_clock::time_point> leave_often(const TestRouter& router, int count) {
    std::vector<steady_clock::time_point> left(static_cast<std::size_t>(count));
    std::atomic<int> next{0};
    std::vector<std::thread> clients;
    for (unsigned client = 0; client < kClients / 2; ++client) {
        clients.emplace_back([&, client] {
            std::mt19937 random(client);
            for (int number = next.fetch_add(2); number + 1 < count; number = next.fetch_add(2)) {
                const auto index = static_cast<std::size_t>(number);
                left[index] = left[index + 1] = leave_together(router, number, random);
            }
        });
    }
    for (std::thread& client : clients)
        client.join();
    return left;
}

int number_in(const std::string& body) {
    return std::atoi(body.c_str() + body.find("2+2? [") + 6);
}

template <class Condition>
bool eventually(Condition condition) {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && steady_clock::now() < deadline)
        std::this_thread::yield();
    return condition();
}

int gauge(HttpConnection& connection, const std::string& name) {
    const std::string text = connection.request("GET", "/metrics").body;
    const std::size_t at = text.find("\n" + name + " ");
    REQUIRE(at != text.npos);
    return std::atoi(text.c_str() + at + name.size() + 2);
}

/// As many at once as there are slots are served, with no queue at all.
bool all_slots_are_free(const TestRouter& router) {
    std::atomic<int> served{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kSlots; ++i)
        clients.emplace_back([&] {
            served += router.post("/api/chat", chat_body("What is 2+2?")).status == 200 ? 1 : 0;
        });
    for (std::thread& client : clients)
        client.join();
    return served == kSlots;
}

}  // namespace

TEST_CASE(
    "clients leave at random moments: upstreams are closed, slots and sockets are given back") {
    steady_clock::time_point simulator_start;
    const TestRouter router(
        Environment{{"LLM_LOCAL_PARALLEL", std::to_string(kSlots)}, {"LLM_LOCAL_QUEUE", "0"}},
        [&](simulator::SimulatorOptions& options) {
            options.behaviour.first_token_delay = std::chrono::milliseconds(60);
            options.behaviour.tokens_per_second = 400;
            options.behaviour.answer_tokens = 50;
            simulator_start = steady_clock::now();
        });
    const int count = disconnects();
    const auto left = leave_often(router, count);

    HttpConnection watch(router.port());
    CHECK(eventually([&] { return gauge(watch, "llm_router_queries_in_flight") == 0; }));
    // The one that watches.
    CHECK(eventually([&] { return gauge(watch, "llm_router_open_connections") == 1; }));
    CHECK(eventually([&] {
        const auto entries = router.simulator->requests();
        return std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
            return entry.completed || entry.closed_after_us > 0;
        });
    }));
    std::vector<std::int64_t> delays;
    for (const auto& entry : router.simulator->requests()) {
        if (entry.completed || entry.closed_after_us == 0) continue;
        const auto closed = simulator_start + microseconds(entry.closed_after_us);
        const auto delay = closed - left[static_cast<std::size_t>(number_in(entry.body))];
        delays.push_back(std::chrono::duration_cast<microseconds>(delay).count());
    }
    std::sort(delays.begin(), delays.end());
    REQUIRE(delays.size() > static_cast<std::size_t>(count) / 10);
    MESSAGE(
        fmt::format("{} clients left, {} while their upstream was at work; it was closed {:.1f} "
                    "ms later at p50, {:.1f} at p99, {:.1f} at most",
                    count, delays.size(), double(delays[delays.size() / 2]) / 1000,
                    double(delays[delays.size() * 99 / 100]) / 1000, double(delays.back()) / 1000));
    CHECK(all_slots_are_free(router));
    CHECK(eventually([&] {
        return json_at(router.get("/router/queries?status=open").body, "/queries/0/status").empty();
    }));
}
