#include <doctest/doctest.h>

#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kChat = "/chat/completions";
constexpr const char* kThinker = "deepseek-reasoner";

/// A tool's turn, with more members of the message that called it.
std::string tool_turn(const std::string& more) {
    return R"({"model":"deepseek-reasoner","messages":[{"role":"user","content":"a"},)"
           R"({"role":"assistant","content":null)" +
           more +
           R"(,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
           R"({"role":"tool","tool_call_id":"1","content":"b"}]})";
}

}  // namespace

TEST_CASE("deepseek: a whole answer is kept alive by blank lines, and tells what the cache gave") {
    const Provider deepseek("deepseek");
    for (const char* path : {kChat, "/v1/chat/completions", "/beta/chat/completions"}) {
        const auto reply = deepseek.post(path, chat("deepseek-chat"));
        REQUIRE(reply.status == 200);
        CHECK(reply.complete);
        CHECK(reply.body.starts_with("\n\n{"));
        const Json json(reply.body);
        CHECK(json.number("/usage/prompt_cache_hit_tokens") +
                  json.number("/usage/prompt_cache_miss_tokens") ==
              json.number("/usage/prompt_tokens"));
        CHECK_FALSE(json.has("/choices/0/message/reasoning_content"));
    }
}

TEST_CASE("deepseek: reasoning comes before the content, unless thinking is disabled") {
    const Provider deepseek("deepseek");
    const auto stream = deepseek.post(kChat, chat(kThinker, R"(,"stream":true)"));
    CHECK(stream.body.starts_with(": keep-alive\n\n"));
    CHECK_FALSE(joined(stream, "reasoning_content").empty());
    CHECK_FALSE(joined(stream, "content").empty());
    CHECK(stream.body.find("reasoning_content") < stream.body.rfind("\"content\""));
    const Json whole(deepseek.post(kChat, chat(kThinker)).body);
    CHECK(whole.text("/choices/0/message/reasoning_content") ==
          joined(stream, "reasoning_content"));
    CHECK(whole.number("/usage/completion_tokens_details/reasoning_tokens") > 0);
    const Json plain(
        deepseek.post(kChat, chat(kThinker, R"(,"thinking":{"type":"disabled"})")).body);
    CHECK_FALSE(plain.has("/choices/0/message/reasoning_content"));
}

TEST_CASE("deepseek: turns with tools must bring the reasoning back") {
    const Provider deepseek("deepseek");
    const auto lost = deepseek.post(kChat, tool_turn(""));
    CHECK(lost.status == 400);
    CHECK(Json(lost.body).text("/error/message") ==
          "The reasoning_content in the thinking mode must be passed back to the API.");
    CHECK(deepseek.post(kChat, tool_turn(R"(,"reasoning_content":"")")).status == 200);
}

TEST_CASE("deepseek: what it does not do") {
    SimulatedProvider keyed;
    keyed.name = "deepseek";
    keyed.keys = {"sk-1"};
    Provider deepseek(with_provider(keyed));
    const char* key = "Authorization: Bearer sk-1\r\n";
    const auto schema = deepseek.post(
        kChat,
        chat("deepseek-chat",
             R"(,"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{}}})"),
        key);
    CHECK(schema.status == 400);
    CHECK(deepseek.post("/embeddings", R"({"model":"x","input":"a"})", key).status == 404);
    CHECK(deepseek.post(kChat, R"({"model":"deepseek-chat"})", key).status == 422);
    CHECK(deepseek.post(kChat, chat("deepseek-chat")).status == 401);
    CHECK(deepseek.get("/models", key).status == 200);
    CHECK(deepseek.get("/user/balance", key).status == 200);
    deepseek.behave(failing(402));
    const auto poor = deepseek.post(kChat, chat("deepseek-chat"), key);
    CHECK(poor.status == 402);
    CHECK(Json(poor.body).text("/error/message") == "Insufficient Balance");
    CHECK(poor.headers.count("retry-after") == 0);
    deepseek.behave(failing(429));
    CHECK(deepseek.post(kChat, chat("deepseek-chat"), key).headers.count("retry-after") == 0);
}

TEST_CASE("deepseek: an answer may end for want of resources") {
    Provider deepseek("deepseek");
    Behaviour short_of;
    short_of.finish_reason = "insufficient_system_resource";
    deepseek.behave(short_of);
    const Json json(deepseek.post(kChat, chat("deepseek-chat")).body);
    CHECK(json.text("/choices/0/finish_reason") == "insufficient_system_resource");
    const auto stream = deepseek.post(kChat, chat("deepseek-chat", R"(,"stream":true)"));
    CHECK(Json(events_of(stream).back()).text("/choices/0/finish_reason") ==
          "insufficient_system_resource");
}
