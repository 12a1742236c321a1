#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/anthropic_answer.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

struct StreamEvent {
    std::string type;
    std::string data;
};

/// Each chunk is one event: its line, its data, a blank line.
std::vector<StreamEvent> events_of(const Response& reply) {
    std::vector<StreamEvent> events;
    for (const auto& chunk : reply.chunks) {
        REQUIRE(chunk.substr(0, 7) == "event: ");
        REQUIRE(chunk.substr(chunk.size() - 2) == "\n\n");
        const auto line = chunk.find('\n');
        REQUIRE(chunk.substr(line, 7) == "\ndata: ");
        StreamEvent event{chunk.substr(7, line - 7),
                          chunk.substr(line + 7, chunk.size() - line - 9)};
        CHECK(Json(event.data).text("/type") == event.type);
        events.push_back(std::move(event));
    }
    return events;
}

Response ask(Running& running, const std::string& more) {
    return running.anthropic("POST", "/v1/messages",
                             R"({"model":"claude-sonnet-4-5","max_tokens":2000,"stream":true)" +
                                 more + R"(,"messages":[{"role":"user","content":"Why?"}]})");
}

}  // namespace

TEST_CASE("a stream of text has its events in order, a ping, and the usage twice") {
    Running running;
    const auto reply = ask(running, "");
    CHECK(reply.headers.at("content-type") == "text/event-stream; charset=utf-8");
    CHECK(reply.complete);
    const auto events = events_of(reply);
    REQUIRE(events.size() > 7);
    CHECK(events[0].type == "message_start");
    const Json start(events[0].data);
    CHECK(start.text("/message/role") == "assistant");
    CHECK(start.at("/message/content").get_array().size() == 0);
    CHECK(start.at("/message/stop_reason").is_null());
    CHECK(start.number("/message/usage/output_tokens") == 1);
    CHECK(events[1].type == "content_block_start");
    CHECK(Json(events[1].data).text("/content_block/text").empty());
    CHECK(events[2].type == "ping");
    std::string text;
    std::size_t i = 3;
    for (; events[i].type == "content_block_delta"; ++i) {
        const Json delta(events[i].data);
        CHECK(delta.number("/index") == 0);
        CHECK(delta.text("/delta/type") == "text_delta");
        text += delta.text("/delta/text");
    }
    CHECK(text == "Simulated answer of claude-sonnet-4-5: you asked \"Why?\".");
    CHECK(events[i].type == "content_block_stop");
    CHECK(events[i + 1].type == "message_delta");
    const Json finish(events[i + 1].data);
    CHECK(finish.text("/delta/stop_reason") == "end_turn");
    CHECK(finish.at("/delta/stop_sequence").is_null());
    CHECK(finish.number("/usage/output_tokens") > 1);
    CHECK(finish.number("/usage/input_tokens") == start.number("/message/usage/input_tokens"));
    CHECK(events[i + 2].type == "message_stop");
    CHECK(events.size() == i + 3);
}

TEST_CASE("thinking is streamed before the text and signed at its end") {
    Running running;
    const auto events =
        events_of(ask(running, R"(,"thinking":{"type":"enabled","budget_tokens":1024})"));
    std::string thinking;
    std::string signature;
    std::string before_stop;
    for (const auto& event : events) {
        const Json json(event.data);
        if (event.type == "content_block_stop" && json.number("/index") == 0)
            CHECK(before_stop == "signature_delta");
        if (event.type != "content_block_delta") continue;
        before_stop = json.text("/delta/type");
        if (before_stop == "thinking_delta") thinking += json.text("/delta/thinking");
        if (before_stop == "signature_delta") signature += json.text("/delta/signature");
        if (before_stop == "text_delta") CHECK(json.number("/index") == 1);
    }
    CHECK_FALSE(thinking.empty());
    CHECK(signature == thinking_signature(thinking));
}

TEST_CASE("calls are blocks whose input comes in pieces of JSON") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto events =
        events_of(ask(running, R"(,"tools":[{"name":"f","input_schema":{"type":"object"}},)"
                               R"({"name":"g","input_schema":{"type":"object","properties":{"n":)"
                               R"({"type":"integer"}},"required":["n"]}}])"));
    std::vector<std::string> inputs(2);
    std::vector<std::string> names(2);
    std::size_t open = 2;
    for (const auto& event : events) {
        const Json json(event.data);
        if (!json.has("/index")) continue;
        const auto index = static_cast<std::size_t>(json.number("/index"));
        if (event.type == "content_block_start") {
            CHECK(open == 2);  // none is open
            open = index;
            names.at(index) = json.text("/content_block/name");
            CHECK(json.at("/content_block/input").get_object().size() == 0);
        } else if (event.type == "content_block_stop") {
            CHECK(open == index);
            open = 2;
        } else {
            CHECK(json.text("/delta/type") == "input_json_delta");
            inputs.at(index) += json.text("/delta/partial_json");
        }
    }
    CHECK(names == std::vector<std::string>{"f", "g"});
    CHECK(inputs == std::vector<std::string>{"", R"({"n":1})"});
    CHECK(Json(events[events.size() - 2].data).text("/delta/stop_reason") == "tool_use");
}

TEST_CASE("faults cut and stall Anthropic's streams as the others") {
    Running running;
    Behaviour behaviour;
    behaviour.cut_after_bytes = 900;
    running.simulator.set_behaviour(behaviour);
    const auto cut = ask(running, "");
    CHECK(cut.status == 200);
    CHECK_FALSE(cut.complete);
    CHECK(cut.body.size() == 900);
    behaviour = {};
    behaviour.omit_usage = true;
    running.simulator.set_behaviour(behaviour);
    CHECK(ask(running, "").body.find("usage") == std::string::npos);
}

TEST_CASE("a stream that a switch lets fail ends with the error of its dialect, and no more") {
    Running running;
    Behaviour behaviour;
    behaviour.stream_error_after = 4;
    running.simulator.set_behaviour(behaviour);
    const auto anthropic = events_of(ask(running, ""));
    REQUIRE(anthropic.size() == 5);
    CHECK(anthropic.back().type == "error");
    CHECK(Json(anthropic.back().data).text("/error/type") == "overloaded_error");

    const std::string turns = R"(,"messages":[{"role":"user","content":"Why?"}]})";
    const auto openai = running.openai("POST", "/v1/chat/completions",
                                       R"({"model":"gpt-4o","stream":true)" + turns);
    REQUIRE(openai.chunks.size() == 5);
    CHECK(openai.complete);
    CHECK(Json(openai.chunks.back().substr(6)).text("/error/type") == "server_error");
    const auto ollama = running.ollama("POST", "/api/chat", R"({"model":"mistral:7b")" + turns);
    REQUIRE(ollama.chunks.size() == 5);
    CHECK(Json(ollama.chunks.back()).text("/error") == "The simulated model failed.");
}
