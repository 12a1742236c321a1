#include "core/json_fault.hpp"

#include <random>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"

TEST_CASE("faults are found at the byte that cannot stand there") {
    struct Row {
        const char* text;
        std::size_t line;
        std::size_t column;
    };
    const Row rows[] = {
        {"", 1, 1},
        {"{\"a\":1,}", 1, 8},
        {"{\"a\" 1}", 1, 6},
        {"{\"a\":1", 1, 7},
        {"{\n  \"a\": tru\n}", 2, 8},
        {"{\n  \"a\": 01\n}", 2, 9},
        {"[1, 2\n, -]", 2, 4},
        {"[1.]", 1, 4},
        {"[1e+]", 1, 5},
        {"{'a':1}", 1, 2},
        {"{\"a\":\"b}", 1, 6},
        {"[\"a\nb\"]", 1, 4},
        {"[\"a\\x\"]", 1, 4},
        {"[\"\\ud83d\\u0041\"]", 1, 3},
        {"[\"\\u12g4\"]", 1, 3},
        {"[\"\xff\"]", 1, 3},
        {"{} []", 1, 4},
        {"[1]]", 1, 4},
        {"[\"a\\", 1, 4},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto fault = llmr::find_json_fault(row.text);
        REQUIRE(fault.has_value());
        CHECK(fault->line == row.line);
        CHECK(fault->column == row.column);
    }
}

TEST_CASE("too deep nesting is a fault at the bracket that goes too far") {
    const auto fault = llmr::find_json_fault(std::string(100'000, '['));
    REQUIRE(fault.has_value());
    CHECK(fault->column == llmr::kMaxJsonDepth + 1);
}

TEST_CASE("text in order has no fault, whatever its numbers are worth") {
    for (const char* text : {"{}", " [1, -0.5e-3, true, false, null, \"\\ud83d\\ude00\\n ä\"] ",
                             "{\"a\":{\"b\":[]}}", "1e999", "123456789012345678901234567890"}) {
        CAPTURE(text);
        CHECK_FALSE(llmr::find_json_fault(text).has_value());
    }
}

TEST_CASE("a refused document names the place") {
    llmr::JsonParser parser;
    const auto result = parser.parse("{\n  \"model\": \"x\",\n  \"stream\": tru\n}");
    REQUIRE(result.has_error());
    CHECK(result.error().message ==
          "JSON has a bare word that is not true, false or null (line 3, column 13)");
}

TEST_CASE("the parser refuses exactly the texts in which a fault is found") {
    const std::string original =
        "{\"model\":\"m\\u00e4\\n\",\"n\":[-1.5,true,0e+5,false,10,null,{}],\"\u00e4\":"
        "\"\\ud83d\\ude00\"}";
    const std::string letters = "{}[]\",:\\ 019-+.eEtrufalsn\n\xc3\xa4";
    std::mt19937 random(13);
    llmr::JsonParser parser;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = original;
        for (auto edits = 1 + random() % 2; edits > 0; --edits) {
            const std::size_t place = random() % text.size();
            const char letter = letters[random() % letters.size()];
            switch (random() % 3) {
                case 0:
                    text[place] = letter;
                    break;
                case 1:
                    text.erase(place, 1);
                    break;
                default:
                    text.insert(place, 1, letter);
            }
        }
        CAPTURE(text);
        CHECK(parser.parse(text).has_error() == llmr::find_json_fault(text).has_value());
    }
}
