#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"

namespace {

using llmr::JsonParser;

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("valid documents of every shape parse") {
    JsonParser parser;
    for (const char* text : {"{}", "[]", " \n{\"a\":1}\t", "null", "true", "1.5e3", "\"x\"",
                             "\xEF\xBB\xBF{\"a\":1}", "\"\\ud83d\\ude00\"", "{\"\":[{}]}"}) {
        CAPTURE(text);
        CHECK(parser.parse(text).has_value());
    }
}

TEST_CASE("invalid documents are refused with the reason and without their text") {
    struct Row {
        const char* text;
        const char* expected;
    };
    const Row rows[] = {
        {"", "empty"},
        {"  ", "empty"},
        {"{\"secret\":\"abc", "unclosed string"},
        {"{\"a\":1", "bracket"},
        {"{\"a\" 1}", "colon"},
        {"{\"a\":1,}", "comma"},
        {"{\"a\":1} {\"b\":2}", "misplaced"},
        {"{\"a\":1} secret", "misplaced"},
        {"{\"a\":tru}", "bare word"},
        {"{\"a\":nul}", "bare word"},
        {"{\"a\":fals}", "bare word"},
        {"{\"a\":01}", "number"},
        {"{\"a\":1e999}", "number"},
        {"{\"a\":\"\\ud800\"}", "escape"},
        {"{\"a\":\"\\udc00x\"}", "escape"},
        {"{\"a\":\"\\q\"}", "escape"},
        {"{\"a\":\"x\ny\"}", "control character"},
        {"{\"a\":\"\xff\"}", "UTF-8"},
        {"{\"a\":\"\xed\xa0\x80\"}", "UTF-8"},
    };
    JsonParser parser;
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto result = parser.parse(row.text);
        REQUIRE(result.has_error());
        CHECK(result.error().code == llmr::Errc::invalid_json);
        CHECK_MESSAGE(result.error().message.find(row.expected) != std::string::npos,
                      result.error().message);
        CHECK(result.error().message.find("secret") == std::string::npos);
    }
}

TEST_CASE("nesting is accepted down to the limit and refused beyond it") {
    JsonParser parser;
    CHECK(parser.parse(nested(llmr::kMaxJsonDepth)).has_value());
    const auto result = parser.parse(nested(llmr::kMaxJsonDepth + 1));
    REQUIRE(result.has_error());
    CHECK(result.error().message.find("nested deeper than 64") != std::string::npos);
    CHECK(parser.parse(nested(100'000)).has_error());
    CHECK(parser.parse(std::string(100'000, '[')).has_error());
}

TEST_CASE("the document does not refer to the text it was parsed from") {
    JsonParser parser;
    std::string text = R"({"name":"value"})";
    const auto root = parser.parse(text).value();
    text.assign(text.size(), 'x');
    CHECK(llmr::get_string(root, "name") == "value");
}

TEST_CASE("a parser can be used again after errors, and after documents of any size") {
    JsonParser parser;
    const std::string large = "{\"text\":\"" + std::string(3 << 20, 'a') + "\"}";
    const std::string medium = "{\"text\":\"" + std::string(70'000, 'b') + "\"}";
    for (int round = 0; round < 3; ++round) {
        const auto first = parser.parse(large);
        REQUIRE(first.has_value());
        CHECK(llmr::get_string(*first, "text")->size() == std::size_t{3} << 20);
        CHECK(parser.parse("{").has_error());
        const auto second = parser.parse(medium);
        REQUIRE(second.has_value());
        CHECK(llmr::get_string(*second, "text") == std::string(70'000, 'b'));
        const auto third = parser.parse("{\"text\":\"c\"}");
        REQUIRE(third.has_value());
        CHECK(llmr::get_string(*third, "text") == "c");
    }
}

TEST_CASE("documents that end at any distance from a buffer boundary parse") {
    JsonParser parser;
    for (std::size_t size = 4000; size < 4200; ++size) {
        const std::string text = "[\"" + std::string(size, 'x') + "\"]";
        REQUIRE(parser.parse(text).has_value());
    }
}

TEST_CASE("the thread's parser is one and the same object") {
    CHECK(&llmr::thread_json_parser() == &llmr::thread_json_parser());
}
