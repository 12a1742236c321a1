// Spend caps, from the setting to the socket that is not opened.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/money.hpp"
#include "storage/queries.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kCap = "0.004";
constexpr PicoUsd kCapPico = kPicoPerUsd * 4 / 1000;

/// A provider whose every answer costs $0.00021 at the price of gpt-4o-mini, and that counts them.
class CountingProvider {
public:
    CountingProvider()
        : server_([this](RawConnection& connection) {
              for (;;) {
                  connection.read_request();
                  ++calls;
                  connection.answer(
                      R"({"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-mini",)"
                      R"("choices":[{"index":0,"message":{"role":"assistant","content":"Four."},)"
                      R"("finish_reason":"stop"}],"usage":{"prompt_tokens":1000,)"
                      R"("completion_tokens":100,"total_tokens":1100}})",
                      "Content-Type: application/json\r\n");
              }
          }) {}

    Environment settings(Environment more = {}) const {
        more.emplace("LLM_LOCAL_THRESHOLD", "0");
        more.emplace("LLM_BASE_URL", server_.url() + "/v1");
        more.emplace("OPENAI_API_KEY", "sk-test-key-of-a-provider");
        more.emplace("LLM_BUDGET_FORECAST", "false");
        return more;
    }

    std::atomic<int> calls{0};

private:
    RawServer server_;
};

std::string question(const std::string& model = "auto") {
    return R"({"model":")" + model +
           R"(","max_tokens":100,"messages":[{"role":"user","content":"What is 2+2?"}]})";
}

HttpAnswer ask(const TestRouter& router, const std::string& model = "auto",
               std::map<std::string, std::string> headers = {}) {
    headers.emplace("x-router-route", "external");
    return router.post("/v1/chat/completions", question(model), headers);
}

PicoUsd spent(const TestRouter& router) {
    return storage::LedgerReader(router.db()).stats(0).value().total.cost_pico;
}

}  // namespace

TEST_CASE("at the cap of the day queries stay local, and are never refused") {
    const CountingProvider provider;
    const TestRouter router(provider.settings({{"LLM_BUDGET_USD_DAY", kCap}}));
    int external = 0;
    HttpAnswer answer;
    for (int i = 0; i < 40; ++i) {
        answer = ask(router);
        REQUIRE(answer.status == 200);
        external += answer.headers.at("x-router-local") == "0" ? 1 : 0;
    }
    CHECK(external > 5);
    CHECK(external < 20);
    CHECK(provider.calls == external);
    CHECK(answer.headers.at("x-router-local") == "1");
    CHECK(answer.headers.at("x-router-reason").find("budget: the cap for the day") !=
          std::string::npos);
    CHECK(spent(router) <= kCapPico);
    CHECK(spent(router) == external * kPicoPerUsd * 21 / 100'000);
    const std::string stats = router.get("/router/stats").body;
    CHECK(stats.find(R"("budget":[{"key":"","period":"day","cap":0.004,"spent":)" +
                     format_usd(spent(router)) + R"(,"held":0,)") != std::string::npos);
    const std::string explained =
        router.post("/router/explain", question(), {{"x-router-route", "external"}}).body;
    CHECK(explained.find("budget: the cap for the day would be exceeded") != std::string::npos);
}

TEST_CASE("a model asked for by name is refused at the cap, with the time until the next day") {
    const CountingProvider provider;
    const TestRouter router(provider.settings({{"LLM_BUDGET_USD_MONTH", "0.000001"}}));
    const HttpAnswer answer = ask(router, "openai/gpt-4o-mini");
    CHECK(answer.status == 429);
    CHECK(answer.body.find("budget_exceeded") != std::string::npos);
    CHECK(std::stoi(answer.headers.at("retry-after")) > 0);
    CHECK(provider.calls == 0);
    CHECK(spent(router) == 0);
}

TEST_CASE("two hundred queries at once do not overspend together") {
    const CountingProvider provider;
    const TestRouter router(
        provider.settings({{"LLM_BUDGET_USD_DAY", kCap}, {"LLM_LOCAL_QUEUE", "1000"}}));
    std::vector<std::thread> clients;
    std::atomic<int> answered{0};
    for (int client = 0; client < 40; ++client) {
        clients.emplace_back([&] {
            for (int i = 0; i < 5; ++i)
                answered += ask(router).status == 200 ? 1 : 0;
        });
    }
    for (std::thread& client : clients)
        client.join();
    CHECK(answered == 200);
    CHECK(provider.calls > 0);
    CHECK(spent(router) <= kCapPico);
    CHECK(spent(router) == provider.calls * kPicoPerUsd * 21 / 100'000);
}

TEST_CASE("a restart knows what was spent") {
    const CountingProvider provider;
    TestRouter router(provider.settings({{"LLM_BUDGET_USD_DAY", kCap}}));
    while (ask(router).headers.at("x-router-local") == "0") {
    }
    const int before = provider.calls;
    router.restart();
    CHECK(ask(router).headers.at("x-router-local") == "1");
    CHECK(provider.calls == before);
}

TEST_CASE("a key has a cap of its own") {
    const CountingProvider provider;
    const TestRouter router(provider.settings(
        {{"LLM_ROUTER_API_KEYS", "alice=key-of-alice-0123456789,bob=key-of-bob-0123456789"},
         {"LLM_KEY_BUDGET_USD_DAY", "alice=0,*=0.002"}}));
    CHECK(ask(router, "auto", {{"x-api-key", "key-of-alice-0123456789"}})
              .headers.at("x-router-local") == "1");
    CHECK(ask(router, "auto", {{"x-api-key", "key-of-bob-0123456789"}})
              .headers.at("x-router-local") == "0");
    const std::string stats =
        router.get("/router/stats", {{"x-api-key", "key-of-bob-0123456789"}}).body;
    CHECK(stats.find(R"({"key":"alice","period":"day","cap":0,)") != std::string::npos);
    CHECK(stats.find(R"({"key":"bob","period":"day","cap":0.002,"spent":0.00021,)") !=
          std::string::npos);
}
