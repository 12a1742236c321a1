#include <doctest/doctest.h>

#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kKey = "api-key: k1\r\n";
constexpr const char* kChat =
    "/openai/deployments/gpt-4o-prod/chat/completions?api-version=2024-10-21";

SimulatorOptions keyed() {
    SimulatedProvider azure;
    azure.name = "azure";
    azure.keys = {"k1", "k2"};
    return with_provider(azure);
}

}  // namespace

TEST_CASE("azure: the deployment in the path answers, whatever the body names") {
    const Provider azure(keyed());
    CHECK(azure.running.simulator.provider_url("azure") ==
          "http://127.0.0.1:" + std::to_string(azure.port()));
    const auto reply = azure.post(kChat, chat("nonsense"), kKey);
    REQUIRE(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/model") == "gpt-4o-2024-11-20");
    CHECK(json.at("/prompt_filter_results").is_array());
    CHECK(json.text("/choices/0/content_filter_results/violence/severity") == "safe");
    CHECK(json.number("/usage/prompt_tokens") > 0);
    CHECK(reply.headers.at("x-ratelimit-remaining-requests") == "9999");
    CHECK(reply.headers.at("x-ratelimit-reset-requests").find_first_not_of("0123456789") ==
          std::string::npos);
    CHECK(reply.headers.at("x-ms-deployment-name") == "gpt-4o-prod");
    // A client may leave the model out.
    CHECK(azure.post(kChat, R"({"messages":[{"role":"user","content":"a"}]})", kKey).status == 200);
}

TEST_CASE("azure: on the v1 surface the body names the deployment, and a key may be a token") {
    const Provider azure(keyed());
    const auto reply = azure.post("/openai/v1/chat/completions", chat("gpt-4o-mini"), kKey);
    CHECK(Json(reply.body).text("/model") == "gpt-4o-mini-2024-07-18");
    CHECK(azure
              .post("/openai/v1/embeddings", R"({"model":"embeddings","input":"a"})",
                    "Authorization: Bearer k2\r\n")
              .status == 200);
    CHECK(azure.post(kChat, chat("x"), "Authorization: Bearer k2\r\n").status == 401);
    const auto models = azure.get("/openai/v1/models", kKey);
    CHECK(Json(models.body).text("/data/0/id") == "gpt-4o-2024-11-20");
    CHECK(azure.get("/openai/models?api-version=2024-10-21", kKey).status == 200);
}

TEST_CASE("azure: versions, deployments and credentials that do not fit") {
    const Provider azure(keyed());
    struct Row {
        const char* path;
        const char* headers;
        int status;
        const char* code;
    };
    const std::string_view base = "/openai/deployments/";
    const std::vector<Row> rows{
        {"gpt-4o-prod/chat/completions", kKey, 404, "404"},
        {"gpt-4o-prod/chat/completions?api-version=1999-01-01", kKey, 404, "404"},
        {"gone/chat/completions?api-version=2024-10-21", kKey, 404, "DeploymentNotFound"},
        {"gpt-4o-prod/nothing?api-version=2024-10-21", kKey, 404, "404"},
        {"gpt-4o-prod/chat/completions?api-version=2024-10-21", "", 401, "401"},
        {"gpt-4o-prod/chat/completions?api-version=2024-10-21", "api-key: no\r\n", 401, "401"},
        {"gpt-4o-prod/chat/completions?api-version=2024-10-21",
         "api-key: k1\r\nAuthorization: Bearer k1\r\n", 401, "401"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        const auto reply = azure.post(std::string(base) + row.path, chat("x"), row.headers);
        CHECK(reply.status == row.status);
        const Json json(reply.body);
        CHECK(json.text("/error/code") == row.code);
        CHECK_FALSE(json.has("/error/type"));
    }
    const auto old =
        azure.post("/openai/deployments/gpt-4o-prod/chat/completions?api-version=2024-06-01",
                   chat("x", R"(,"stream":true,"stream_options":{"include_usage":true})"), kKey);
    CHECK(old.status == 400);
    CHECK(Json(old.body).text("/error/message").find("stream_options") != std::string::npos);
}

TEST_CASE("azure: a stream begins with the prompt's filter results") {
    Provider azure(keyed());
    const auto body = chat("x", R"(,"stream":true,"stream_options":{"include_usage":true})");
    const auto reply = azure.post(kChat, body, kKey);
    const auto events = events_of(reply);
    REQUIRE(events.size() > 4);
    const Json first(events.front());
    CHECK(first.text("/id").empty());
    CHECK(first.at("/choices").get_array().value().size() == 0);
    CHECK(first.has("/prompt_filter_results/0/content_filter_results/hate"));
    CHECK(Json(events[2]).has("/choices/0/content_filter_results"));
    CHECK(Json(events.back()).number("/usage/completion_tokens") > 0);
    CHECK(ends_with_done(reply));

    Behaviour later;
    later.filter_frames = true;
    azure.behave(later);
    const auto delayed = events_of(azure.post(kChat, body, kKey));
    const Json frame(delayed[delayed.size() - 2]);
    CHECK_FALSE(frame.has("/choices/0/delta"));
    CHECK(frame.at("/choices/0/finish_reason").is_null());
    CHECK(frame.has("/choices/0/content_filter_offsets/check_offset"));
    CHECK_FALSE(Json(delayed[2]).has("/choices/0/content_filter_results"));
}

TEST_CASE("azure: prompts and answers may be blocked") {
    Provider azure(keyed());
    azure.behave(failing(0, "content_filter"));
    const auto blocked = azure.post(kChat, chat("x"), kKey);
    CHECK(blocked.status == 400);
    const Json json(blocked.body);
    CHECK(json.text("/error/code") == "content_filter");
    CHECK(json.at("/error/type").is_null());
    CHECK(json.text("/error/innererror/code") == "ResponsibleAIPolicyViolation");

    Behaviour cut;
    cut.finish_reason = "content_filter";
    azure.behave(cut);
    const Json answer(azure.post(kChat, chat("x"), kKey).body);
    CHECK(answer.text("/choices/0/finish_reason") == "content_filter");
    CHECK(bool(answer.at("/choices/0/content_filter_results/violence/filtered")));
}

TEST_CASE("azure: who is too fast is told when to come back, in seconds and milliseconds") {
    Provider azure(keyed());
    azure.behave(failing(429));
    const auto busy = azure.post(kChat, chat("x"), kKey);
    CHECK(busy.status == 429);
    CHECK(Json(busy.body).text("/error/code") == "429");
    CHECK(busy.headers.at("retry-after") == "6");
    CHECK(busy.headers.at("retry-after-ms") == "6000");
    azure.behave(failing(502));
    CHECK(azure.post(kChat, chat("x"), kKey).headers.at("content-type") == "text/html");
}
