#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/openai_answer.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

std::string body_of(const char* more) {
    return R"({"model":"gpt-4o","stream":true,)" + std::string(more) +
           R"("messages":[{"role":"user","content":"Why?"}]})";
}

/// The JSON after "data: " of an event.
std::string data_of(const std::string& event) {
    CHECK(event.substr(0, 6) == "data: ");
    CHECK(event.substr(event.size() - 2) == "\n\n");
    return event.substr(6, event.size() - 8);
}

}  // namespace

TEST_CASE("a stream has the role first, the finish apart, and DONE at the end") {
    Running running;
    const auto reply = running.openai("POST", "/v1/chat/completions", body_of(""));
    CHECK(reply.headers.at("content-type") == "text/event-stream; charset=utf-8");
    CHECK(reply.complete);
    CHECK(reply.chunks.back() == "data: [DONE]\n\n");
    const auto count = reply.chunks.size();
    REQUIRE(count > 4);
    const Json first(data_of(reply.chunks[0]));
    CHECK(first.text("/object") == "chat.completion.chunk");
    CHECK(first.text("/choices/0/delta/role") == "assistant");
    CHECK(first.text("/choices/0/delta/content").empty());
    std::string text;
    for (std::size_t i = 1; i + 2 < count; ++i) {
        const Json chunk(data_of(reply.chunks[i]));
        CHECK(chunk.text("/id") == first.text("/id"));
        CHECK(chunk.number("/created") == first.number("/created"));
        CHECK_FALSE(chunk.has("/choices/0/delta/role"));
        CHECK(chunk.at("/choices/0/finish_reason").is_null());
        CHECK_FALSE(chunk.has("/usage"));
        text += chunk.text("/choices/0/delta/content");
    }
    CHECK(text == "Simulated answer of gpt-4o: you asked \"Why?\".");
    const Json finish(data_of(reply.chunks[count - 2]));
    CHECK(finish.text("/choices/0/finish_reason") == "stop");
    CHECK_FALSE(finish.has("/choices/0/delta/content"));
}

TEST_CASE("usage is null in every chunk and told in one without choices, if asked for") {
    Running running;
    const auto reply = running.openai("POST", "/v1/chat/completions",
                                      body_of(R"("stream_options":{"include_usage":true},)"));
    const auto count = reply.chunks.size();
    REQUIRE(count > 4);
    for (std::size_t i = 0; i + 2 < count; ++i) {
        CHECK(Json(data_of(reply.chunks[i])).at("/usage").is_null());
    }
    const Json usage(data_of(reply.chunks[count - 2]));
    CHECK(usage.at("/choices").get_array().value().size() == 0);
    CHECK(usage.number("/usage/completion_tokens") == static_cast<std::int64_t>(count) - 4);
    CHECK(reply.chunks.back() == "data: [DONE]\n\n");
}

TEST_CASE("usage can be left out although asked for") {
    SimulatorOptions options;
    options.behaviour.omit_usage = true;
    Running running(options);
    const auto reply = running.openai("POST", "/v1/chat/completions",
                                      body_of(R"("stream_options":{"include_usage":true},)"));
    CHECK(reply.body.find("completion_tokens") == std::string::npos);
    CHECK(reply.chunks.back() == "data: [DONE]\n\n");
    const Json whole(running
                         .openai("POST", "/v1/chat/completions",
                                 R"({"model":"gpt-4o","messages":[{"role":"user","content":"a"}]})")
                         .body);
    CHECK_FALSE(whole.has("/usage"));
}

TEST_CASE("a tool call streams its name once and its arguments in pieces") {
    Running running;
    const auto reply = running.openai(
        "POST", "/v1/chat/completions",
        body_of(
            R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
            R"("properties":{"a":{"type":"string"},"b":{"type":"integer"}}}}}],)"));
    const Json first(data_of(reply.chunks[0]));
    CHECK(first.at("/choices/0/delta/content").is_null());
    CHECK(first.text("/choices/0/delta/tool_calls/0/function/name") == "f");
    CHECK(first.text("/choices/0/delta/tool_calls/0/function/arguments").empty());
    std::string arguments;
    for (std::size_t i = 1; i + 2 < reply.chunks.size(); ++i) {
        const Json chunk(data_of(reply.chunks[i]));
        CHECK(chunk.number("/choices/0/delta/tool_calls/0/index") == 0);
        CHECK_FALSE(chunk.has("/choices/0/delta/tool_calls/0/id"));
        CHECK_FALSE(chunk.has("/choices/0/delta/tool_calls/0/function/name"));
        arguments += chunk.text("/choices/0/delta/tool_calls/0/function/arguments");
    }
    CHECK(arguments == R"({"a":"simulated a","b":1})");
    CHECK(Json(data_of(reply.chunks[reply.chunks.size() - 2])).text("/choices/0/finish_reason") ==
          "tool_calls");
}

TEST_CASE("several choices interleave by index") {
    Running running;
    const auto reply = running.openai("POST", "/v1/chat/completions",
                                      body_of(R"("n":2,"max_completion_tokens":2,)"));
    REQUIRE(reply.chunks.size() == 2 + 4 + 2 + 1);
    for (std::size_t i = 0; i + 1 < reply.chunks.size(); ++i) {
        CHECK(Json(data_of(reply.chunks[i])).number("/choices/0/index") ==
              static_cast<std::int64_t>(i % 2));
    }
}

TEST_CASE("calls made at once stream one after the other, each with an index and an id") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto reply = running.openai(
        "POST", "/v1/chat/completions",
        body_of(R"("tools":[{"type":"function","function":{"name":"f"}},)"
                R"({"type":"function","function":{"name":"g","parameters":{"type":"object",)"
                R"("properties":{"n":{"type":"integer"}},"required":["n"]}}}],)"));
    std::vector<std::string> names(2);
    std::vector<std::string> ids(2);
    std::vector<std::string> arguments(2);
    for (std::size_t i = 0; i + 2 < reply.chunks.size(); ++i) {
        const Json chunk(data_of(reply.chunks[i]));
        const std::string at = "/choices/0/delta/tool_calls/0";
        const auto index = static_cast<std::size_t>(chunk.number(at + "/index"));
        if (chunk.has(at + "/id")) {
            CHECK(names.at(index).empty());
            names[index] = chunk.text(at + "/function/name");
            ids[index] = chunk.text(at + "/id");
        }
        arguments.at(index) += chunk.text(at + "/function/arguments");
    }
    CHECK(names == std::vector<std::string>{"f", "g"});
    CHECK(arguments == std::vector<std::string>{"{}", R"({"n":1})"});
    CHECK(ids[0] != ids[1]);
}
