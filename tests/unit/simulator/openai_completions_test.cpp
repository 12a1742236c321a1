#include "simulator/openai_completions.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kPath = "/v1/completions";

std::string body(const std::string& prompt, const std::string& more = {}) {
    return R"({"model":"gpt-4o","max_tokens":100,"prompt":)" + prompt + more + "}";
}

}  // namespace

TEST_CASE("a text is completed in one object") {
    Running running;
    const auto reply = running.openai("POST", kPath, body(R"("Why?")"));
    CHECK(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/id").substr(0, 5) == "cmpl-");
    CHECK(json.text("/object") == "text_completion");
    CHECK(json.text("/model") == "gpt-4o-2024-08-06");
    CHECK(json.text("/choices/0/text") == "Simulated answer of gpt-4o: you asked \"Why?\".");
    CHECK(json.number("/choices/0/index") == 0);
    CHECK(json.at("/choices/0/logprobs").is_null());
    CHECK(json.text("/choices/0/finish_reason") == "stop");
    CHECK(json.number("/usage/total_tokens") ==
          json.number("/usage/prompt_tokens") + json.number("/usage/completion_tokens"));
}

TEST_CASE("without a limit sixteen tokens are the limit") {
    Running running;
    const Json json(
        running.openai("POST", kPath, R"({"model":"gpt-4o","prompt":"Why is that so and not so?"})")
            .body);
    CHECK(json.number("/usage/completion_tokens") == 16);
    CHECK(json.text("/choices/0/finish_reason") == "length");
}

TEST_CASE("several prompts and choices are numbered by prompt") {
    Running running;
    const Json json(running.openai("POST", kPath, body(R"(["One?","Two?"])", R"(,"n":2)")).body);
    CHECK(json.at("/choices").get_array().size() == 4);
    CHECK(json.text("/choices/1/text").find("One?") != std::string::npos);
    CHECK(json.text("/choices/2/text").find("Two?") != std::string::npos);
    CHECK(json.number("/choices/3/index") == 3);
    for (const char* ids : {"[1,2,3]", "[[1,2],[3]]"}) {
        const Json counted(running.openai("POST", kPath, body(ids)).body);
        CHECK(counted.number("/usage/prompt_tokens") == 3);
    }
}

TEST_CASE("a stream gives every choice whole, the usage, and its end") {
    Running running;
    const auto reply = running.openai(
        "POST", kPath,
        body(R"(["One?","Two?"])", R"(,"stream":true,"stream_options":{"include_usage":true})"));
    CHECK(reply.headers.at("content-type") == "text/event-stream; charset=utf-8");
    std::vector<std::string> texts(2);
    std::vector<std::string> finishes(2);
    std::string last;
    std::int64_t total = 0;
    for (const auto& chunk : reply.chunks) {
        last = chunk;
        REQUIRE(chunk.substr(0, 6) == "data: ");
        if (chunk == "data: [DONE]\n\n") continue;
        const Json json(chunk.substr(6));
        CHECK(json.text("/object") == "text_completion");
        if (!json.has("/choices/0")) {
            total = json.number("/usage/total_tokens");
            continue;
        }
        CHECK(json.at("/usage").is_null());
        const auto index = static_cast<std::size_t>(json.number("/choices/0/index"));
        texts.at(index) += json.text("/choices/0/text");
        if (!json.at("/choices/0/finish_reason").is_null())
            finishes.at(index) = json.text("/choices/0/finish_reason");
    }
    CHECK(last == "data: [DONE]\n\n");
    CHECK(texts[0] == "Simulated answer of gpt-4o: you asked \"One?\".");
    CHECK(texts[1] == "Simulated answer of gpt-4o: you asked \"Two?\".");
    CHECK(finishes == std::vector<std::string>{"stop", "stop"});
    CHECK(total > 0);
}

TEST_CASE("logprobs of a completion are four lists") {
    Running running;
    const Json json(running.openai("POST", kPath, body(R"("Why?")", R"(,"logprobs":1)")).body);
    CHECK(json.text("/choices/0/logprobs/tokens/0") == "Simulated");
    CHECK(json.text("/choices/0/logprobs/tokens/1") == " answer");
    CHECK(json.number("/choices/0/logprobs/text_offset/1") == 9);
    CHECK(json.has("/choices/0/logprobs/token_logprobs/1"));
    CHECK(json.has("/choices/0/logprobs/top_logprobs/0/Simulated"));
}

TEST_CASE("what cannot be completed is refused, and faults come as in chats") {
    Running running;
    const auto status = [&](const std::string& text) {
        return running.openai("POST", kPath, text).status;
    };
    CHECK(status(body(R"("Why?")", R"(,"echo":true)")) == 400);
    CHECK(status(body(R"("Why?")", R"(,"n":2,"best_of":1)")) == 400);
    CHECK(status(body(R"("Why?")", R"(,"logprobs":6)")) == 400);
    CHECK(status(body("7")) == 400);
    CHECK(status(body("[]")) == 400);
    CHECK(status(body(R"(["a",7])")) == 400);
    CHECK(status(R"({"prompt":"Why?"})") == 400);
    CHECK(status(R"({"model":"gpt-9","prompt":"Why?"})") == 404);
    CHECK(status(R"({"model":"text-embedding-3-small","prompt":"Why?"})") == 404);
    CHECK(running.openai("GET", kPath).status == 405);
    Behaviour broken;
    broken.error_status = 503;
    running.simulator.set_behaviour(broken);
    CHECK(status(body(R"("Why?")")) == 503);
    CHECK(running.simulator.request_count() > 0);
}
