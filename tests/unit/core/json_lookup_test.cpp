#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"

namespace {

std::optional<std::int64_t> int_of(const std::string& value) {
    llmr::JsonParser parser;
    return llmr::get_int(parser.parse("{\"n\":" + value + "}").value(), "n");
}

}  // namespace

TEST_CASE("integers are read from integers, integral floats and numeric strings") {
    struct Row {
        const char* json;
        std::optional<std::int64_t> expected;
    };
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    const Row rows[] = {
        {"0", 0},
        {"-7", -7},
        {"9223372036854775807", kMax},
        {"-9223372036854775808", kMin},
        {"9223372036854775808", std::nullopt},
        {"12.0", 12},
        {"1e3", 1000},
        {"1.5", std::nullopt},
        {"1e300", std::nullopt},
        {"-9.3e18", std::nullopt},
        {"9223372036854775808.0", std::nullopt},
        {"\"42\"", 42},
        {"\"42.0\"", 42},
        {"\"42.5\"", std::nullopt},
        {"\"42 \"", std::nullopt},
        {"\"\"", std::nullopt},
        {"\"nan\"", std::nullopt},
        {"\"inf\"", std::nullopt},
        {"\"9223372036854775808\"", std::nullopt},
        {"\"many\"", std::nullopt},
        {"true", std::nullopt},
        {"null", std::nullopt},
        {"[1]", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.json);
        CHECK(int_of(row.json) == row.expected);
    }
}

TEST_CASE("look-ups answer nothing for missing keys, null and other types") {
    llmr::JsonParser parser;
    const auto root =
        parser.parse(R"({"s":"x","n":null,"b":true,"d":2.5,"i":3,"u":18446744073709551615})")
            .value();
    CHECK(llmr::get_string(root, "s") == "x");
    CHECK(llmr::get_bool(root, "b") == true);
    CHECK(llmr::get_double(root, "d") == 2.5);
    CHECK(llmr::get_double(root, "i") == 3.0);
    CHECK(llmr::get_double(root, "u") == 18446744073709551615.0);
    for (const char* key : {"missing", "n", "b", "d", "i"}) {
        CHECK_FALSE(llmr::get_string(root, key).has_value());
    }
    CHECK_FALSE(llmr::get_bool(root, "i").has_value());
    CHECK_FALSE(llmr::get_double(root, "s").has_value());
    CHECK_FALSE(llmr::get_value(root, "n").has_value());
    CHECK_FALSE(llmr::get_value(root, "missing").has_value());
    CHECK(llmr::get_value(root, "b").has_value());
}

TEST_CASE("look-ups in something that is no object answer nothing") {
    llmr::JsonParser parser;
    for (const char* text : {"[1]", "\"x\"", "1", "null"}) {
        const auto root = parser.parse(text).value();
        CHECK_FALSE(llmr::get_value(root, "x").has_value());
        CHECK_FALSE(llmr::get_int(root, "x").has_value());
    }
}

TEST_CASE("keys are compared unescaped and the last of duplicates counts") {
    llmr::JsonParser parser;
    const auto root = parser.parse(R"({"model":"a","mo\u0064el":"b","x":{"model":"c"}})").value();
    CHECK(llmr::get_string(root, "model") == "b");
    const auto nulled = parser.parse(R"({"model":"a","model":null})").value();
    CHECK_FALSE(llmr::get_string(nulled, "model").has_value());
}
