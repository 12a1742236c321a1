#include "core/query_line.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"

namespace llmr {
namespace {

Result<ChatRequest> read(JsonParser& parser, std::string_view line) {
    const auto root = parser.parse(line);
    REQUIRE(root.has_value());
    return read_query_line(*root);
}

}  // namespace

TEST_CASE("a line is a prompt or a conversation") {
    JsonParser parser;
    const auto prompt = read(parser, R"({"prompt": "hello", "type": "simple"})");
    REQUIRE(prompt.has_value());
    REQUIRE(prompt->messages.size() == 1);
    CHECK(prompt->messages[0].role == Role::user);
    CHECK(prompt->messages[0].parts[0].text == "hello");

    const auto talk = read(parser, R"({"messages": [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "a"},
                                     {"type": "image_url", "image_url": {"url": "x"}}]},
        {"role": "assistant", "content": null},
        {"role": "user", "content": "b"}],
        "tools": [{}, {}], "response_format": {"type": "json_object"}})");
    REQUIRE(talk.has_value());
    CHECK(talk->messages.size() == 4);
    CHECK(talk->messages[0].role == Role::system);
    CHECK(talk->image_count == 1);
    CHECK(talk->tool_count == 2);
    CHECK(talk->wants_json);
}

TEST_CASE("a line with neither, or with a faulty message, says so") {
    JsonParser parser;
    for (const char* line : {"{}", "[]", "3", R"({"prompt": 3})", R"({"messages": [{}]})",
                             R"({"messages": [{"role": "user", "content": 7}]})"}) {
        CAPTURE(line);
        const auto query = read(parser, line);
        REQUIRE(!query.has_value());
        CHECK(!query.error().message.empty());
    }
}

}  // namespace llmr
