// What all providers of OpenAI's dialect have in common.
#include <stdexcept>

#include <doctest/doctest.h>

#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

/// Where a provider's chats go, and a model that it has.
struct Door {
    const char* name;
    const char* path;
    const char* model;
};
const std::vector<Door> kDoors{
    {"azure", "/openai/v1/chat/completions", "gpt-4o-prod"},
    {"openrouter", "/api/v1/chat/completions", "openai/gpt-4o-mini"},
    {"deepseek", "/chat/completions", "deepseek-chat"},
    {"lm_studio", "/v1/chat/completions", "qwen2.5-7b-instruct"},
    {"vllm", "/v1/chat/completions", "Qwen/Qwen3-8B"},
    {"litellm", "/v1/chat/completions", "gpt-4o"},
};

SimulatorOptions all_providers() {
    SimulatorOptions options;
    for (const auto& door : kDoors) {
        SimulatedProvider provider;
        provider.name = door.name;
        provider.keys = {"one", "two"};
        provider.key_limits = {{"one", 2}};
        options.providers.push_back(provider);
    }
    return options;
}

/// One chat; Azure has a header of its own.
Response ask(Running& running, const Door& door, const std::string& key) {
    const auto header = door.name == std::string("azure") ? "api-key: " + key + "\r\n"
                                                          : "Authorization: Bearer " + key + "\r\n";
    return Client(running.simulator.provider_port(door.name))
        .request("POST", door.path, chat(door.model), header);
}

}  // namespace

TEST_CASE("a limited key is refused after its requests, the other goes on") {
    Running running(all_providers());
    running.simulator.record_requests(true);
    for (const auto& door : kDoors) {
        CAPTURE(door.name);
        CHECK(ask(running, door, "one").status == 200);
        CHECK(ask(running, door, "one").status == 200);
        const auto over = ask(running, door, "one");
        CHECK(over.status == 429);
        CHECK(std::stoi(over.headers.at("retry-after")) > 0);
        CHECK(Json(over.body).has("/error"));
        CHECK(ask(running, door, "two").status == 200);
        CHECK(ask(running, door, "three").status == 401);
        const auto requests = running.simulator.requests_by_key(door.name);
        CHECK(requests == std::map<std::string, std::int64_t>{{"one", 3}, {"two", 1}});
        const auto log = running.simulator.requests();
        const auto& last = log[log.size() - 2];
        CHECK(last.provider == door.name);
        CHECK(last.key == "two");
        CHECK(last.model == door.model);
    }
    CHECK(running.simulator.requests_by_key("none").empty());
}

TEST_CASE("every error class has a body in the provider's shape") {
    Running running(all_providers());
    for (const auto& door : kDoors) {
        for (const int status : {400, 401, 403, 404, 429, 500, 503}) {
            CAPTURE(door.name);
            CAPTURE(status);
            running.simulator.set_behaviour("@" + std::string(door.name), failing(status));
            const auto reply = ask(running, door, "two");
            CHECK(reply.status == status);
            CHECK(Json(reply.body).has("/error"));
        }
        running.simulator.set_behaviour("@" + std::string(door.name), failing(0, "html"));
        const auto page = ask(running, door, "two");
        CHECK(page.status == 502);
        CHECK(page.body.starts_with("<html>"));
        running.simulator.set_behaviour("@" + std::string(door.name), {});
        CHECK(ask(running, door, "two").status == 200);
    }
}

TEST_CASE("what is set for one provider leaves the others alone") {
    Running running(all_providers());
    running.simulator.set_behaviour("@vllm", failing(503));
    for (const auto& door : kDoors) {
        CAPTURE(door.name);
        CHECK(ask(running, door, "two").status == (door.name == std::string("vllm") ? 503 : 200));
    }
}

TEST_CASE("the log has all headers of a request") {
    Running running;
    running.simulator.record_requests(true);
    running.openai("POST", "/v1/chat/completions", chat("gpt-4o"),
                   "X-Title: mine\r\nHTTP-Referer: https://example.org\r\nAPI-Key: k\r\n");
    const auto log = running.simulator.requests();
    CHECK(log[0].provider == "openai");
    CHECK(log[0].headers.at("x-title") == "mine");
    CHECK(log[0].headers.at("http-referer") == "https://example.org");
    CHECK(log[0].headers.at("api-key") == "k");
}

TEST_CASE("plain OpenAI tells its limits, and knows a quota that is used up") {
    SimulatorOptions options;
    options.openai_keys = {"sk-1", "sk-2"};
    options.openai_key_limits = {{"sk-1", 1}};
    Running running(options);
    const char* key = "Authorization: Bearer sk-1\r\n";
    const auto first = running.openai("POST", "/v1/chat/completions", chat("gpt-4o"), key);
    CHECK(first.headers.at("x-ratelimit-limit-requests") == "1");
    CHECK(first.headers.at("x-ratelimit-remaining-requests") == "0");
    CHECK(first.headers.at("x-ratelimit-reset-requests").ends_with("s"));
    const auto second = running.openai("POST", "/v1/chat/completions", chat("gpt-4o"), key);
    CHECK(second.status == 429);
    CHECK(Json(second.body).text("/error/code") == "rate_limit_exceeded");
    CHECK(second.headers.at("retry-after") == "20");
    running.simulator.set_behaviour(failing(0, "quota"));
    const auto quota = running.openai("POST", "/v1/chat/completions", chat("gpt-4o"),
                                      "Authorization: Bearer sk-2\r\n");
    CHECK(quota.status == 429);
    CHECK(Json(quota.body).text("/error/type") == "insufficient_quota");
    CHECK(quota.headers.count("retry-after") == 0);
    CHECK(running.simulator.requests_by_key("openai").at("sk-1") == 2);
}

TEST_CASE("providers as the command line says them") {
    ProviderTexts texts;
    texts.ports = {"azure=0", "vllm=8000"};
    texts.keys = {"azure=k=1", "openai=sk-1"};
    texts.models = {"azure=prod=gpt-4o", "vllm=Qwen/Qwen3-8B"};
    texts.contexts = {"vllm=4096"};
    texts.limits = {"azure:a:b=c=3"};
    const auto providers = parse_providers(texts).value();
    REQUIRE(providers.size() == 3);
    CHECK(providers[0].name == "openai");
    CHECK(providers[1].keys == std::vector<std::string>{"k=1"});
    CHECK(providers[1].models == std::vector<std::string>{"prod=gpt-4o"});
    CHECK(providers[1].key_limits.at("a:b=c") == 3);
    CHECK(providers[2].port == 8000);
    CHECK(providers[2].context_length == 4096);
    CHECK(parse_providers({}).value().empty());

    ProviderTexts unknown;
    unknown.ports = {"bard=1"};
    CHECK(parse_providers(unknown).error().message.find(
              "azure, openrouter, deepseek, lm_studio, vllm, litellm, identity") !=
          std::string::npos);
    for (const char* port : {"azure", "azure=", "azure=70000", "azure=1x"}) {
        ProviderTexts wrong;
        wrong.ports = {port};
        CHECK(parse_providers(wrong).has_error());
    }
    ProviderTexts secret;
    secret.keys = {"azure=sk-secret"};
    CHECK(parse_providers(secret).error().message.find("sk-secret") == std::string::npos);
    CHECK_THROWS_AS(Simulator{with_provider("bard")}, std::invalid_argument);
}
