#include "simulator/answers.hpp"

#include <doctest/doctest.h>

#include "simulator/tokens.hpp"

using namespace llmr::simulator;

namespace {

Prompt ask(std::string_view question) {
    Prompt prompt;
    prompt.model = "mistral:7b";
    prompt.question = question;
    return prompt;
}

}  // namespace

TEST_CASE("an answer names the model and reflects the question") {
    const auto answer = make_answer(ask("What is\n 2+2?"), nullptr);
    CHECK(answer.text == "Simulated answer of mistral:7b: you asked \"What is 2+2?\".");
    CHECK(answer.output_tokens == count_tokens(answer.text));
    CHECK(make_answer(ask("What is\n 2+2?"), nullptr).text == answer.text);
    CHECK(make_answer(ask("What is 2+3?"), nullptr).text != answer.text);
}

TEST_CASE("a long question is shortened without breaking a character") {
    std::string question;
    for (int i = 0; i < 200; ++i) {
        question += "é";
    }
    const auto answer = make_answer(ask(question), nullptr);
    CHECK(answer.text.size() < 200);
    CHECK(answer.text.find("é...") != std::string::npos);
}

TEST_CASE("answer_tokens is the exact length of an answer") {
    for (const int wanted : {1, 5, 25, 500}) {
        CAPTURE(wanted);
        Behaviour behaviour;
        behaviour.answer_tokens = wanted;
        const auto answer = make_answer(ask("Why?"), &behaviour);
        CHECK(count_tokens(answer.text) == wanted);
        CHECK(answer.output_tokens == wanted);
        CHECK_FALSE(answer.cut_by_limit);
    }
}

TEST_CASE("a text of the behaviour is the whole answer, JSON or not, but no tool call") {
    Behaviour behaviour;
    behaviour.answer = R"({"facts": ["Likes tea"]})";
    auto prompt = ask("Why?");
    CHECK(make_answer(prompt, &behaviour).text == behaviour.answer);
    CHECK(make_answer(prompt, &behaviour).output_tokens == count_tokens(behaviour.answer));
    prompt.json = true;
    CHECK(make_answer(prompt, &behaviour).text == behaviour.answer);
    prompt.offered.push_back({"get_weather", std::nullopt});
    const auto call = make_answer(prompt, &behaviour);
    CHECK(call.text.empty());
    REQUIRE(call.tools.size() == 1);
    CHECK(call.tools.front().name == "get_weather");
}

TEST_CASE("the token limit cuts the text before the thinking") {
    auto prompt = ask("Why?");
    prompt.think = true;
    const auto whole = make_answer(prompt, nullptr);
    REQUIRE(whole.thinking_tokens > 2);

    prompt.max_tokens = whole.thinking_tokens + 1;
    const auto one_word = make_answer(prompt, nullptr);
    CHECK(one_word.cut_by_limit);
    CHECK(one_word.thinking == whole.thinking);
    CHECK(count_tokens(one_word.text) == 1);

    prompt.max_tokens = 2;
    const auto only_thinking = make_answer(prompt, nullptr);
    CHECK(only_thinking.text.empty());
    CHECK(only_thinking.thinking_tokens == 2);
    CHECK(only_thinking.output_tokens == 2);

    prompt.max_tokens = whole.output_tokens;
    CHECK_FALSE(make_answer(prompt, nullptr).cut_by_limit);
}

TEST_CASE("the earliest stop sequence ends the answer") {
    auto prompt = ask("Why?");
    prompt.stops = {"asked", "answer", "", "nowhere"};
    const auto answer = make_answer(prompt, nullptr);
    CHECK(answer.text == "Simulated ");
    CHECK_FALSE(answer.cut_by_limit);
    CHECK(answer.stopped_by == "answer");
}

TEST_CASE("as many tools are called at once as the switch says, if the client takes several") {
    auto prompt = ask("What is the weather?");
    for (const char* name : {"one", "two", "three"})
        prompt.offered.push_back({name, {}});
    Behaviour behaviour;
    CHECK(make_answer(prompt, nullptr).tools.size() == 1);
    CHECK(make_answer(prompt, &behaviour).tools.size() == 1);
    behaviour.tool_calls = 2;
    const auto answer = make_answer(prompt, &behaviour);
    REQUIRE(answer.tools.size() == 2);
    CHECK(answer.tools[1].name == "two");
    CHECK(answer.output_tokens == 6);
    behaviour.tool_calls = 9;
    CHECK(make_answer(prompt, &behaviour).tools.size() == 3);
    prompt.parallel_calls = false;
    CHECK(make_answer(prompt, &behaviour).tools.size() == 1);
}

TEST_CASE("a tool's result is cited and images are counted") {
    auto prompt = ask("What is the weather?");
    prompt.last_is_tool = true;
    prompt.offered.push_back({"get_weather", {}});
    prompt.tool_name = "get_weather";
    prompt.tool_result = "sunny, 21 degrees";
    prompt.image_count = 2;
    const auto answer = make_answer(prompt, nullptr);
    CHECK(answer.tools.empty());
    CHECK(
        answer.text ==
        "Simulated answer of mistral:7b: the tool get_weather says \"sunny, 21 degrees\". I see 2 "
        "images.");
}
