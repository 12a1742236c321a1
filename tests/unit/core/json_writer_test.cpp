#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace {

using llmr::JsonWriter;

template <class T>
std::string written(const T& value) {
    std::string out;
    JsonWriter(out).value(value);
    return out;
}

std::string minified(std::string_view json) {
    llmr::JsonParser parser;
    return llmr::to_json(parser.parse(json).value());
}

}  // namespace

TEST_CASE("the writer places commas in nested objects and arrays") {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("a", 1).key("b").begin_array();
    writer.value("x").begin_object().end_object().begin_array().end_array().null().value(true);
    writer.end_array().raw_field("c", "1.50").field("d", std::string("y")).end_object();
    CHECK(out == R"({"a":1,"b":["x",{},[],null,true],"c":1.50,"d":"y"})");
}

TEST_CASE("the writer appends to what is there") {
    std::string out = "data: ";
    JsonWriter(out).begin_object().end_object();
    CHECK(out == "data: {}");
}

TEST_CASE("strings are escaped only where they must be") {
    struct Row {
        std::string_view text;
        const char* expected;
    };
    const Row rows[] = {
        {"", R"("")"},
        {std::string_view(), R"("")"},
        {"plain text, longer than one block of eight bytes", nullptr},
        {"quote \" backslash \\ slash / less <", R"("quote \" backslash \\ slash / less <")"},
        {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
        {{"\0\x01\x1f\x7f", 4}, "\"\\u0000\\u0001\\u001f\x7f\""},
        {"\u0085\u2028\u2029", R"("\u0085\u2028\u2029")"},
        {"ä€😀 中文 \u2027\u202a\u0084", nullptr},
        {"\xff", "\"\uFFFD\""},
        {"a\xc3", "\"a\uFFFD\""},
        {"\xe2\x80", "\"\uFFFD\""},
        {"\xe2\x80\"", "\"\uFFFD\\\"\""},
        {"\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
        {"\xf4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
        {"\xc0\xaf", "\"\uFFFD\uFFFD\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const std::string unchanged = "\"" + std::string(row.text) + "\"";
        CHECK(llmr::json_quote(row.text) == (row.expected ? std::string(row.expected) : unchanged));
    }
}

TEST_CASE("a character to escape is found at every place of a block") {
    for (const char special : {'"', '\\', '\n', '\x1f'}) {
        for (std::size_t place = 0; place < 20; ++place) {
            std::string text(20, 'x');
            text[place] = special;
            llmr::JsonParser parser;
            const auto root = parser.parse(llmr::json_quote(text)).value();
            CHECK(std::string_view(root.get_string()) == text);
        }
    }
}

TEST_CASE("random bytes are written as valid JSON that reads back as the repaired text") {
    std::mt19937 random(7);
    const std::string_view alphabet(
        "ab\"\\\n\x01\x7f\xc2\x85\xe2\x80\xa8\xa9\xf0\x9f\x98\x80\xed\xff");
    llmr::JsonParser parser;
    for (int round = 0; round < 5000; ++round) {
        std::string text(random() % 40, ' ');
        for (char& c : text)
            c = alphabet[random() % alphabet.size()];
        const std::string quoted = llmr::json_quote(text);
        const auto root = parser.parse(quoted);
        REQUIRE(root.has_value());
        CHECK(std::string_view(root->get_string()) == llmr::repair_utf8(text));
        for (const char* separator : {"\u0085", "\u2028", "\u2029", "\n"}) {
            CHECK(quoted.find(separator) == std::string::npos);
        }
    }
}

TEST_CASE("numbers are written in the shortest form that reads back the same") {
    CHECK(written(0) == "0");
    CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(written(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(written(0.1) == "0.1");
    CHECK(written(1.0) == "1");
    CHECK(written(1e20) == "1e+20");
    CHECK(written(123456789012345680000.0).ends_with(".0"));
    CHECK(written(-2.5e-9) == "-2.5e-09");
    CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(written(-std::numeric_limits<double>::infinity()) == "null");
    CHECK(written(false) == "false");
}

TEST_CASE("every finite double reads back bit for bit") {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> mantissa(-1, 1);
    llmr::JsonParser parser;
    for (int round = 0; round < 2000; ++round) {
        const double number =
            std::ldexp(mantissa(random), static_cast<int>(random() % 2000) - 1000);
        const auto root = parser.parse(written(number));
        REQUIRE(root.has_value());
        CHECK(double(root->get_double()) == number);
    }
}

TEST_CASE("a document is minified with its types and its escapes kept") {
    CHECK(minified(" { \"a\" : [ 1 , 2.0, 1e30, -0.0, 18446744073709551615 ] , \"b\" : null } ") ==
          R"({"a":[1,2.0,1e+30,-0.0,18446744073709551615],"b":null})");
    CHECK(minified("{\"a\\nb\":\"\\u2028\xe2\x80\xa9\\/<\",\"t\":true,\"f\":false,\"e\":{}}") ==
          R"({"a\nb":"\u2028\u2029/<","t":true,"f":false,"e":{}})");
    CHECK(minified("\"x\"") == "\"x\"");
}

TEST_CASE("a document value takes its place between written values") {
    llmr::JsonParser parser;
    const auto root = parser.parse(R"({"x":[1]})").value();
    std::string out;
    JsonWriter(out).begin_array().value(root).value(root).value(1).end_array();
    CHECK(out == R"([{"x":[1]},{"x":[1]},1])");
}
