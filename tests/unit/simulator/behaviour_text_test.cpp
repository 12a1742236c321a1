#include "simulator/behaviour_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::simulator;

TEST_CASE("every switch can be written as text") {
    const auto parsed = parse_behaviour(
        "first_token_ms=200, tokens_per_second=20.5,answer_tokens=7,error_status=503,"
        "error_message=try: later,error_rate=0.25,cut_after_bytes=100,stall_after_bytes=0,"
        "omit_usage,error_code=busy,retry_after_seconds=3,reset_before_head=true,"
        "close_after_answer=1");
    REQUIRE(parsed.has_value());
    Behaviour expected;
    expected.first_token_delay = std::chrono::milliseconds(200);
    expected.tokens_per_second = 20.5;
    expected.answer_tokens = 7;
    expected.error_status = 503;
    expected.error_message = "try: later";
    expected.error_rate = 0.25;
    expected.cut_after_bytes = 100;
    expected.stall_after_bytes = 0;
    expected.omit_usage = true;
    expected.error_code = "busy";
    expected.retry_after_seconds = 3;
    expected.reset_before_head = true;
    expected.close_after_answer = true;
    CHECK(parsed->behaviour == expected);
    CHECK(parsed->model.empty());
}

TEST_CASE("a description reads back as the same switches") {
    for (const auto* text : {"off", "first_token_ms=1.5", "error_status=500,error_rate=0.1",
                             "cut_after_bytes=0,omit_usage=true", "tokens_per_second=33.25",
                             "error_kind=quota,error_in_200=true",
                             "finish_reason=content_filter,filter_frames=true"}) {
        CAPTURE(text);
        const std::string input = std::string(text) == "off" ? "" : text;
        const auto parsed = parse_behaviour(input);
        REQUIRE(parsed.has_value());
        CHECK(describe(parsed->behaviour) == text);
    }
}

TEST_CASE("a model stands before the switches and may hold colons") {
    struct Row {
        const char* text;
        const char* model;
    };
    for (const auto& [text, model] :
         {Row{"codellama:13b:first_token_ms=500", "codellama:13b"},
          Row{"gpt-4o-mini:first_token_ms=500,error_message=a:b", "gpt-4o-mini"},
          Row{"first_token_ms=500", ""},
          Row{"mistral:7b:omit_usage,first_token_ms=500", "mistral:7b"}}) {
        CAPTURE(text);
        const auto parsed = parse_behaviour(text);
        REQUIRE(parsed.has_value());
        CHECK(parsed->model == model);
        CHECK(parsed->behaviour.first_token_delay == std::chrono::milliseconds(500));
    }
}

TEST_CASE("the switch for an answer takes all the rest") {
    const auto parsed = parse_behaviour("mistral:7b:omit_usage, answer={\"a\":[1,2], \"b=c\":3}");
    REQUIRE(parsed.has_value());
    CHECK(parsed->model == "mistral:7b");
    CHECK(parsed->behaviour.omit_usage);
    CHECK(parsed->behaviour.answer == "{\"a\":[1,2], \"b=c\":3}");
    CHECK(describe(parsed->behaviour) == "omit_usage=true,answer={\"a\":[1,2], \"b=c\":3}");
}

TEST_CASE("an answer's text may follow a colon") {
    const auto parsed = parse_behaviour("answer=a: b, c");
    REQUIRE(parsed.has_value());
    CHECK(parsed->model.empty());
    CHECK(parsed->behaviour.answer == "a: b, c");
}

TEST_CASE("a wrong switch is refused with its name and the nearest valid one") {
    struct Row {
        const char* text;
        const char* param;
        const char* says;
    };
    for (const auto& [text, param, says] :
         {Row{"first_tokn_ms=1", "first_tokn_ms", "first_token_ms"},
          Row{"error_status=200", "error_status", "400 to 599"},
          Row{"error_status=400.5", "error_status", "400 to 599"},
          Row{"error_rate=1.5", "error_rate", "0 to 1"},
          Row{"tokens_per_second=fast", "tokens_per_second", "'fast'"},
          Row{"omit_usage=maybe", "omit_usage", "true or false"},
          Row{"answer_tokens=", "answer_tokens", "whole number"}}) {
        CAPTURE(text);
        const auto parsed = parse_behaviour(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == Errc::invalid_parameter);
        CHECK(parsed.error().param == param);
        CHECK(parsed.error().message.find(says) != std::string::npos);
    }
}
