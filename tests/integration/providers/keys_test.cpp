// Several keys for one provider: one is used until it is limited, then the next.
#include <atomic>
#include <latch>
#include <thread>

#include <doctest/doctest.h>

#include "tests/integration/providers/ask.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kFirst = "sk-first-key-of-the-test";
const std::string kSecond = "sk-second-key-of-the-test";

/// A provider with two keys in its variable, as the simulator has it.
struct Place {
    std::string server;
    std::string model;
    Environment settings;
    /// Whether an answer says that it used a limit up.
    bool tells = false;
};

const std::vector<Place> kPlaces{
    {"azure",
     "azure/gpt-4o-prod",
     {{"AZURE_API_BASE", "{azure}"}, {"AZURE_API_KEY", kFirst + "," + kSecond}},
     true},
    {"openrouter",
     "openrouter/openai/gpt-4o-mini",
     {{"OPENROUTER_API_BASE", "{openrouter}"}, {"OPENROUTER_API_KEY", kFirst + "," + kSecond}},
     false},
    {"deepseek",
     "deepseek/deepseek-chat",
     {{"DEEPSEEK_API_BASE", "{deepseek}"}, {"DEEPSEEK_API_KEY", kFirst + "," + kSecond}},
     false},
    {"lm_studio",
     "lm_studio/qwen2.5-7b-instruct",
     {{"LM_STUDIO_API_BASE", "{lm_studio}"}, {"LM_STUDIO_API_KEY", kFirst + "," + kSecond}},
     false},
    {"vllm",
     "hosted_vllm/Qwen/Qwen3-8B",
     {{"HOSTED_VLLM_API_BASE", "{vllm}"}, {"HOSTED_VLLM_API_KEY", kFirst + "," + kSecond}},
     false},
    {"litellm",
     "litellm_proxy/gpt-4o",
     {{"LITELLM_PROXY_API_BASE", "{litellm}"}, {"LITELLM_PROXY_API_KEY", kFirst + "," + kSecond}},
     false},
    {"openai",
     "openai/gpt-4o-mini",
     {{"OPENAI_BASE_URL", "{openai}"}, {"OPENAI_API_KEY", kFirst + "," + kSecond}},
     true}};

/// `limits` are requests of each key; keys that are not among them are refused.
TestRouter router_of(const Place& place, const std::map<std::string, std::int64_t>& limits) {
    const std::vector<std::string> others{"nobody-has-this-key"};
    return TestRouter(
        joined(place.settings, {{"LLM_MODEL", place.model}, {"LLM_LOCAL_THRESHOLD", "0"}}),
        [&](simulator::SimulatorOptions& options) {
            if (place.server == "openai") {  // is always there
                options.openai_keys = others;
                options.openai_key_limits = limits;
                return;
            }
            options.providers.push_back(server(place.server, others));
            options.providers.back().key_limits = limits;
        });
}

}  // namespace

TEST_CASE("keys: when one is limited the next one answers the same query") {
    constexpr int kQueries = 8;
    constexpr int kLimit = 3;
    for (const Place& place : kPlaces) {
        CAPTURE(place.server);
        const TestRouter router = router_of(place, {{kFirst, kLimit}, {kSecond, 1000}});
        for (int i = 0; i < kQueries; ++i) {
            const HttpAnswer answer =
                ask(router, place.model, i % 2 == 0 ? R"("stream":false)" : R"("stream":true)");
            REQUIRE_MESSAGE(answer.status == 200, answer.body);
        }
        const auto used = router.simulator->requests_by_key(place.server);
        CHECK(used.at(kFirst) >= kLimit);
        CHECK(used.at(kFirst) <= kLimit + 1);  // one 429, or none where the answer tells it
        CHECK(used.at(kSecond) == kQueries - kLimit);
        if (place.tells) CHECK(used.at(kFirst) == kLimit);
        const auto rows = rows_of(router);
        REQUIRE(rows.size() == kQueries);
        for (const storage::AttemptRow& row : rows) {
            CHECK(row.attempt == 1);
            CHECK(row.final);
            CHECK(row.http_upstream == 200);
            CHECK(row.error_code.empty());
            CHECK(row.usage.output_total() > 0);
        }
    }
}

TEST_CASE("keys: many clients at once see no limit, either") {
    constexpr int kClients = 32;
    for (const Place& place : kPlaces) {
        CAPTURE(place.server);
        const TestRouter router = router_of(place, {{kFirst, 5}, {kSecond, 1000}});
        std::latch start(kClients);
        std::atomic<int> answered{0};
        std::vector<std::jthread> clients;
        for (int i = 0; i < kClients; ++i) {
            clients.emplace_back([&] {
                HttpConnection connection = router.connect();
                start.arrive_and_wait();
                const HttpAnswer answer =
                    connection.request("POST", "/v1/chat/completions", ask_body(place.model));
                if (answer.status == 200) ++answered;
            });
        }
        clients.clear();
        CHECK(answered == kClients);
        CHECK(router.simulator->requests_by_key(place.server).at(kSecond) == kClients - 5);
        CHECK(rows_of(router).size() == kClients);
    }
}

TEST_CASE("keys: where all are limited the client learns when to come back") {
    for (const Place& place : kPlaces) {
        CAPTURE(place.server);
        const TestRouter router = router_of(place, {{kFirst, 1}, {kSecond, 1}});
        CHECK(ask(router, place.model).status == 200);
        CHECK(ask(router, place.model).status == 200);
        const HttpAnswer answer = ask(router, place.model);
        CAPTURE(answer.body);
        CHECK(answer.status == 429);
        CHECK(json_at(answer.body, "/error/code") == "rate_limited");
        CHECK(contains(json_at(answer.body, "/error/message"), "every key is limited"));
        CHECK_FALSE(contains(answer.body, kFirst));
        CHECK_FALSE(contains(answer.body, kSecond));
        REQUIRE_FALSE(answer.header("retry-after").empty());
        CHECK(std::stoi(answer.header("retry-after")) > 0);
        CHECK(last_row(router).error_code == "rate_limited");
        // What the router chose itself is answered all the same.
        const HttpAnswer routed = ask_outside(router);
        CHECK(routed.status == 200);
        CHECK(routed.header("x-router-local") == "1");
    }
}

TEST_CASE("keys: one that is refused gives way to the next, and is not tried again") {
    for (const Place& place : kPlaces) {
        CAPTURE(place.server);
        const TestRouter router = router_of(place, {{kSecond, 1000}});
        for (int i = 0; i < 3; ++i)
            REQUIRE(ask(router, place.model).status == 200);
        std::vector<std::string> keys;
        for (const auto& entry : router.simulator->requests())
            keys.push_back(entry.key);
        CHECK(keys == std::vector<std::string>{kFirst, kSecond, kSecond, kSecond});
        CHECK(rows_of(router).size() == 3);
    }
}

TEST_CASE("keys: where all are refused the router is at fault") {
    for (const Place& place : kPlaces) {
        CAPTURE(place.server);
        const TestRouter router = router_of(place, {});
        const HttpAnswer answer = ask(router, place.model);
        CHECK(answer.status == 502);
        CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
        CHECK_FALSE(contains(answer.body, kFirst));
        CHECK(router.simulator->request_count() == 2);
        CHECK(rows_of(router).size() == 1);
    }
}

TEST_CASE("keys: an account without credit is another key's turn, for streams as well") {
    const Place& place = kPlaces[1];
    const TestRouter router = router_of(place, {{kFirst, 1000}, {kSecond, 1000}});
    simulator::Behaviour empty;
    empty.error_kind = "quota";
    router.simulator->set_behaviour("@openrouter", empty);
    const HttpAnswer answer = ask(router, place.model);
    CHECK(answer.status == 429);
    CHECK(json_at(answer.body, "/error/code") == "insufficient_quota");
    const auto used = router.simulator->requests_by_key("openrouter");
    CHECK(used.at(kFirst) == 1);  // never twice with the same key
    CHECK(used.at(kSecond) == 1);
    CHECK(rows_of(router).size() == 1);
}

TEST_CASE("keys: what an upstream echoes of them does not reach the client") {
    const std::string hex = "fedcba98765432100123456789abcdef";
    const TestRouter router(
        {{"AZURE_API_BASE", "{azure}"}, {"AZURE_API_KEY", hex}, {"LLM_MODEL", "azure/gpt-4o-prod"}},
        with_servers({server("azure", {hex})}));
    simulator::Behaviour echoes;
    echoes.error_status = 401;
    echoes.error_message = "The key " + hex + " is wrong";
    router.simulator->set_behaviour("@azure", echoes);
    const HttpAnswer answer = ask(router, "azure/gpt-4o-prod");
    CHECK(answer.status == 502);
    CHECK_FALSE(contains(answer.body, hex));
    CHECK_FALSE(contains(router.get("/router/queries").body, hex));
}
