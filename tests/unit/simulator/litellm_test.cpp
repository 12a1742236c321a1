#include <doctest/doctest.h>

#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kChat = "/chat/completions";

}  // namespace

TEST_CASE("litellm: the alias answers, and headers tell what it cost") {
    const Provider proxy("litellm");
    for (const char* path : {kChat, "/v1/chat/completions"}) {
        const auto reply = proxy.post(path, chat("team-default"));
        REQUIRE(reply.status == 200);
        CHECK(Json(reply.body).text("/model") == "team-default");
        CHECK(std::stod(reply.headers.at("x-litellm-response-cost")) > 0);
        CHECK(reply.headers.at("x-litellm-model-group") == "team-default");
        CHECK(reply.headers.count("x-litellm-call-id") == 1);
    }
    const auto stream = proxy.post(kChat, chat("gpt-4o", R"(,"stream":true)"));
    CHECK(stream.headers.count("x-litellm-response-cost") == 0);
    CHECK(stream.headers.count("x-litellm-model-id") == 1);
}

TEST_CASE("litellm: codes are texts that hold the status, messages name the exception") {
    Provider proxy("litellm");
    struct Row {
        int status;
        const char* kind;
        const char* type;
        const char* message;  // how it begins
    };
    const std::vector<Row> rows{
        {400, "", "invalid_request_error", "litellm.BadRequestError: "},
        {401, "", "auth_error", "litellm.AuthenticationError: "},
        {429, "", "throttling_error", "litellm.RateLimitError: "},
        {400, "budget", "budget_exceeded", "Budget has been exceeded!"},
        {500, "", "None", "litellm.InternalServerError: "},
        {503, "", "None", "litellm.ServiceUnavailableError: "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status);
        proxy.behave(failing(row.status, row.kind));
        const auto reply = proxy.post(kChat, chat("gpt-4o"));
        CHECK(reply.status == row.status);
        const Json json(reply.body);
        CHECK(json.text("/error/code") == std::to_string(row.status));
        CHECK(json.text("/error/type") == row.type);
        CHECK(json.text("/error/message").starts_with(row.message));
    }
}

TEST_CASE("litellm: a key may come in several headers") {
    SimulatedProvider keyed;
    keyed.name = "litellm";
    keyed.keys = {"sk-1"};
    const Provider proxy(with_provider(keyed));
    for (const char* header :
         {"Authorization: Bearer sk-1\r\n", "x-api-key: sk-1\r\n", "api-key: sk-1\r\n",
          "x-litellm-api-key: sk-1\r\n", "x-litellm-api-key: Bearer sk-1\r\n"}) {
        CAPTURE(header);
        CHECK(proxy.post(kChat, chat("gpt-4o"), header).status == 200);
    }
    const auto wrong = proxy.post(kChat, chat("gpt-4o"), "x-api-key: sk-2\r\n");
    CHECK(wrong.status == 401);
    CHECK(Json(wrong.body).text("/error/type") == "auth_error");
    CHECK(proxy.get("/health/liveliness").status == 200);
    const Json info(proxy.get("/v1/model/info").body);
    CHECK(info.text("/data/0/model_name") == "gpt-4o");
    CHECK(info.has("/data/0/model_info/input_cost_per_token"));
    CHECK(proxy.get("/models", "x-api-key: sk-1\r\n").status == 200);
}
