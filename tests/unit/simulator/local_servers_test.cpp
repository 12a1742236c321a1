// LM Studio and vLLM.
#include <doctest/doctest.h>

#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kQwen = "qwen2.5-7b-instruct";
constexpr const char* kVllmModel = "Qwen/Qwen3-8B";

}  // namespace

TEST_CASE("lm_studio: errors are bare texts") {
    Provider studio("lm_studio");
    struct Row {
        std::string body;
        int status;
        const char* error;  // a part of it
    };
    const std::vector<Row> rows{
        {chat(kQwen, R"(,"response_format":{"type":"json_object"})"), 400,
         "'response_format.type' must be 'json_schema' or 'text'"},
        {chat(kQwen, R"(,"tools":[{"type":"function","function":{"name":"f"}}],)"
                     R"("tool_choice":{"type":"function","function":{"name":"f"}})"),
         400, "Invalid tool_choice type: 'object'"},
        {chat("gone"), 404, "gone"},
        {"{", 400, "JSON"},
    };
    for (const auto& row : rows) {
        const auto reply = studio.post(kChat, row.body);
        CHECK(reply.status == row.status);
        CHECK(Json(reply.body).text("/error").find(row.error) != std::string::npos);
    }
    studio.behave(failing(500));
    CHECK_FALSE(Json(studio.post(kChat, chat(kQwen)).body).text("/error").empty());
}

TEST_CASE("lm_studio: base64 is ignored, usage comes when asked for, reasoning apart") {
    const Provider studio("lm_studio");
    const auto vectors = studio.post(
        "/v1/embeddings",
        R"({"model":"text-embedding-nomic-embed-text-v1.5","input":"a","encoding_format":"base64"})");
    CHECK(Json(vectors.body).at("/data/0/embedding").is_array());
    const auto plain = studio.post(kChat, chat(kQwen, R"(,"stream":true)"));
    CHECK(plain.body.find("usage") == std::string::npos);
    const auto asked = studio.post(
        kChat, chat(kQwen, R"(,"stream":true,"stream_options":{"include_usage":true})"));
    CHECK(Json(events_of(asked).back()).has("/usage/total_tokens"));
    CHECK_FALSE(Json(events_of(asked).front()).has("/usage"));
    const Json thought(studio.post(kChat, chat("openai/gpt-oss-20b")).body);
    CHECK_FALSE(thought.text("/choices/0/message/reasoning").empty());
    CHECK(thought.has("/stats"));
    CHECK(Json(studio.get("/v1/models").body).text("/data/0/owned_by") == "organization_owner");
}

TEST_CASE("lm_studio: one loaded model answers for every name; a token may be demanded") {
    SimulatedProvider single;
    single.name = "lm_studio";
    single.models = {"only"};
    single.keys = {"lm-1"};
    const Provider studio(with_provider(single));
    CHECK(studio.post(kChat, chat("any")).status == 401);
    const auto reply = studio.post(kChat, chat("any"), "Authorization: Bearer lm-1\r\n");
    CHECK(Json(reply.body).text("/model") == "only");
}

TEST_CASE("vllm: pages of its own, and models with their windows") {
    SimulatedProvider keyed;
    keyed.name = "vllm";
    keyed.keys = {"token"};
    const Provider vllm(with_provider(keyed));
    const auto health = vllm.get("/health");
    CHECK(health.status == 200);
    CHECK(health.body.empty());
    CHECK(Json(vllm.get("/version").body).has("/version"));
    const auto unauthorized = vllm.get("/v1/models");
    CHECK(unauthorized.status == 401);
    CHECK(Json(unauthorized.body).text("/error") == "Unauthorized");
    const Json models(vllm.get("/v1/models", "Authorization: Bearer token\r\n").body);
    CHECK(models.number("/data/0/max_model_len") == 40'960);
    CHECK(models.text("/data/0/root") == kVllmModel);
}

TEST_CASE("vllm: errors have numbers for codes, and classes for types") {
    SimulatedProvider small;
    small.name = "vllm";
    small.context_length = 64;
    Provider vllm(with_provider(small));
    const Json unknown(vllm.post(kChat, chat("gone")).body);
    CHECK(unknown.number("/error/code") == 404);
    CHECK(unknown.text("/error/type") == "NotFoundError");
    const auto beyond = vllm.post(kChat, chat(kVllmModel, R"(,"max_tokens":60)"));
    CHECK(beyond.status == 400);
    const Json json(beyond.body);
    CHECK(json.text("/error/type") == "BadRequestError");
    CHECK(json.text("/error/message")
              .find("maximum context length is 64 tokens. However, you "
                    "requested ") != std::string::npos);
    CHECK(vllm.post(kChat, chat(kVllmModel)).status == 200);
}

TEST_CASE("vllm: reasoning and stop_reason; a stream that failed ends with [DONE]") {
    Provider vllm("vllm");
    const Json answer(vllm.post(kChat, chat(kVllmModel)).body);
    CHECK_FALSE(answer.text("/choices/0/message/reasoning").empty());
    CHECK(answer.at("/choices/0/stop_reason").is_null());
    const Json plain(
        vllm.post(kChat, chat(kVllmModel, R"(,"chat_template_kwargs":{"enable_thinking":false})"))
            .body);
    CHECK(plain.at("/choices/0/message/reasoning").is_null());
    Behaviour broken;
    broken.stream_error_after = 3;
    vllm.behave(broken);
    const auto stream = vllm.post(kChat, chat(kVllmModel, R"(,"stream":true)"));
    CHECK(Json(events_of(stream).back()).number("/error/code") == 500);
    CHECK(ends_with_done(stream));
}
