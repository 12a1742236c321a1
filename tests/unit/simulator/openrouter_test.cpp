#include <doctest/doctest.h>

#include "provider_fixture.hpp"
#include "simulator/dialects/openrouter_prices.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kChat = "/api/v1/chat/completions";
constexpr const char* kMini = "openai/gpt-4o-mini";

}  // namespace

TEST_CASE("openrouter: usage tells the cost, the answer who made it") {
    const Provider router("openrouter");
    CHECK(router.running.simulator.provider_url("openrouter").ends_with("/api/v1"));
    const auto reply = router.post(kChat, chat(kMini));
    REQUIRE(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/model") == kMini);
    CHECK(json.text("/provider") == "OpenAI");
    CHECK(json.text("/choices/0/native_finish_reason") == "stop");
    const auto price = openrouter_price(kMini);
    const auto cost =
        static_cast<double>(json.number("/usage/prompt_tokens")) * price.prompt +
        static_cast<double>(json.number("/usage/completion_tokens")) * price.completion;
    CHECK(double(json.at("/usage/cost")) == doctest::Approx(cost));
    CHECK_FALSE(bool(json.at("/usage/is_byok")));
    CHECK(json.has("/usage/cost_details/upstream_inference_prompt_cost"));
    CHECK(reply.headers.count("x-generation-id") == 1);
    CHECK(reply.headers.count("x-ratelimit-limit") == 0);
}

TEST_CASE("openrouter: a stream begins with comments and ends with usage, asked for or not") {
    const Provider router("openrouter");
    const auto reply = router.post(kChat, chat(kMini, R"(,"stream":true)"));
    CHECK(reply.body.starts_with(": OPENROUTER PROCESSING\n\n"));
    CHECK(reply.chunks.front().find("data:") == std::string::npos);
    const auto events = events_of(reply);
    CHECK_FALSE(Json(events.front()).has("/usage"));
    CHECK(Json(events.back()).has("/usage/cost"));
    CHECK(Json(events.back()).at("/choices").get_array().value().size() == 0);
    CHECK(ends_with_done(reply));
}

TEST_CASE("openrouter: the next of the models answers for one that cannot") {
    Provider router("openrouter");
    const auto more = R"(,"route":"fallback","models":["deepseek/deepseek-r1"])";
    const auto unknown = router.post(kChat, chat("no/such", more));
    CHECK(Json(unknown.body).text("/model") == "deepseek/deepseek-r1");
    router.running.simulator.set_behaviour(kMini, failing(502));
    CHECK(Json(router.post(kChat, chat(kMini, more)).body).text("/provider") == "DeepSeek");
    const auto alone = router.post(
        kChat, R"({"models":["deepseek/deepseek-r1"],"messages":[{"role":"user","content":"a"}]})");
    CHECK(Json(alone.body).text("/model") == "deepseek/deepseek-r1");
    CHECK(Json(router.post(kChat, chat("openai/gpt-4o-mini:nitro")).body).text("/model") == kMini);
}

TEST_CASE("openrouter: errors have numbers for codes, and may come under status 200") {
    Provider router("openrouter");
    for (const int status : {400, 401, 402, 403, 404, 408, 429, 500, 502, 503, 504}) {
        CAPTURE(status);
        router.behave(failing(status));
        const auto reply = router.post(kChat, chat(kMini));
        CHECK(reply.status == status);
        const Json json(reply.body);
        CHECK(json.number("/error/code") == status);
        CHECK_FALSE(json.text("/error/message").empty());
        CHECK(json.has("/error/metadata") == (status == 403 || status == 429 || status >= 500));
        CHECK(reply.headers.count("retry-after") == ((status == 429 || status == 503) ? 1 : 0));
    }
    auto late = failing(429);
    late.error_in_200 = true;
    router.behave(late);
    const auto body = router.post(kChat, chat(kMini));
    CHECK(body.status == 200);
    CHECK(Json(body.body).number("/error/code") == 429);
    const auto stream = router.post(kChat, chat(kMini, R"(,"stream":true)"));
    CHECK(stream.status == 200);
    const auto events = events_of(stream);
    REQUIRE(events.size() == 1);
    CHECK(Json(events[0]).has("/error/message"));
    CHECK(Json(events[0]).number("/error/code") == 429);
    CHECK(Json(events[0]).text("/choices/0/finish_reason") == "error");
    const auto unknown = router.post(kChat, chat("no/such"));
    CHECK(unknown.status == 400);
}

TEST_CASE("openrouter: reasoning is shown in two members, unless it is excluded") {
    const Provider router("openrouter");
    const Json shown(router.post(kChat, chat("deepseek/deepseek-r1")).body);
    CHECK_FALSE(shown.text("/choices/0/message/reasoning").empty());
    CHECK(shown.text("/choices/0/message/reasoning_details/0/type") == "reasoning.text");
    const auto stream = router.post(kChat, chat("deepseek/deepseek-r1", R"(,"stream":true)"));
    CHECK(joined(stream, "reasoning") == shown.text("/choices/0/message/reasoning"));
    CHECK(joined(stream, "content") == shown.text("/choices/0/message/content"));
    const Json hidden(
        router.post(kChat, chat("deepseek/deepseek-r1", R"(,"reasoning":{"exclude":true})")).body);
    CHECK(hidden.at("/choices/0/message/reasoning").is_null());
}

TEST_CASE("openrouter: the list has prices as texts and needs no key") {
    SimulatedProvider keyed;
    keyed.name = "openrouter";
    keyed.keys = {"sk-or-1"};
    const Provider router(with_provider(keyed));
    const auto reply = router.get("/api/v1/models");
    REQUIRE(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/data/0/pricing/prompt") == "0.00000015");
    CHECK(json.text("/data/0/pricing/completion") == "0.0000006");
    CHECK(json.number("/total_count") == 4);  // without the one that embeds
    const auto missing = router.post(kChat, chat(kMini));
    CHECK(missing.status == 401);
    CHECK(Json(missing.body).text("/error/message") == "No auth credentials found");
    CHECK(router.post(kChat, chat(kMini), "Authorization: Bearer sk-or-1\r\n").status == 200);
    CHECK(decimal_text(0) == "0");
    CHECK(decimal_text(1) == "1");
}

TEST_CASE("openrouter: completions and embeddings tell their cost, too") {
    const Provider router("openrouter");
    const auto stream = router.post("/api/v1/completions",
                                    R"({"model":"openai/gpt-4o-mini","prompt":"a","stream":true})");
    CHECK(stream.body.starts_with(": OPENROUTER PROCESSING\n\n"));
    CHECK(double(Json(events_of(stream).back()).at("/usage/cost")) > 0);
    CHECK(ends_with_done(stream));
    const Json vectors(router
                           .post("/api/v1/embeddings",
                                 R"({"model":"openai/text-embedding-3-small","input":"a b c"})")
                           .body);
    CHECK(double(vectors.at("/usage/cost")) > 0);
}
