#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"

namespace {

using llmr::remove_member;
using llmr::replace_member;

struct Row {
    const char* object;
    std::optional<std::string> expected;
};

using Random = std::mt19937;

std::string random_space(Random& random) {
    const char* const spaces[] = {"", "", "", " ", "\n", "\t ", "\r\n  "};
    return spaces[random() % 7];
}

std::string random_string(Random& random) {
    const char* const pieces[] = {"a",    "{",    "}",   "[", "]",       ",",    ":",
                                  "\\\"", "\\\\", "\\n", "ä", "\\u0041", "model"};
    std::string text = "\"";
    for (auto count = random() % 5; count > 0; --count)
        text += pieces[random() % 13];
    return text + "\"";
}

std::string random_value(Random& random, int depth) {
    const char* const atoms[] = {"1", "-2.5e3", "true", "false", "null", "{}", "[]", "[ ]"};
    switch (random() % (depth > 0 ? 4 : 2)) {
        case 0:
            return atoms[random() % 8];
        case 1:
            return random_string(random);
        case 2:
            return "[" + random_space(random) + random_value(random, depth - 1) + "," +
                   random_value(random, depth - 1) + random_space(random) + "]";
        default:
            return "{" + random_string(random) + random_space(random) + ":" +
                   random_value(random, depth - 1) +
                   ",\"model\":" + random_value(random, depth - 1) + random_space(random) + "}";
    }
}

/// An object in pieces, so that the expected result can be put together independently.
struct RandomObject {
    std::vector<std::string> before_value;  ///< white space, key, colon
    std::vector<std::string> values;
    std::vector<std::string> after_value;  ///< white space up to the comma or brace
    std::vector<bool> is_model;
    std::string lead;
    std::string empty_space;

    std::string text(const std::string* model) const {
        std::string out = lead + "{";
        if (values.empty()) out += empty_space;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += ",";
            out += before_value[i] + (model && is_model[i] ? *model : values[i]) + after_value[i];
        }
        return out + "}";
    }
};

RandomObject random_object(Random& random) {
    const char* const model_keys[] = {"\"model\"", "\"mo\\u0064el\"", "\"\\u006D\\u006fdel\""};
    RandomObject object;
    object.lead = random_space(random);
    object.empty_space = random_space(random);
    for (auto count = random() % 6; count > 0; --count) {
        const bool is_model = random() % 3 == 0;
        const std::string key =
            is_model ? model_keys[random() % 3] : "\"k" + random_string(random).substr(1);
        object.is_model.push_back(is_model);
        object.before_value.push_back(random_space(random) + key + random_space(random) + ":" +
                                      random_space(random));
        object.values.push_back(random_value(random, 3));
        object.after_value.push_back(random_space(random));
    }
    return object;
}

using Members = std::vector<std::pair<std::string, std::string>>;

Members members_of(const std::string& json) {
    llmr::JsonParser parser;
    const auto parsed = parser.parse(json);
    REQUIRE_MESSAGE(parsed.has_value(), json);
    Members members;
    const simdjson::dom::object object = parsed->get_object();
    for (const auto member : object) {
        members.emplace_back(std::string(member.key), llmr::to_json(member.value));
    }
    return members;
}

}  // namespace

TEST_CASE("replacing a member touches nothing but its value") {
    const Row rows[] = {
        {R"({"model":"a"})", R"({"model":"X"})"},
        {R"( {"a" : 1 , "model" : "a" , "b":2 } )", R"( {"a" : 1 , "model" : "X" , "b":2 } )"},
        {R"({"mo\u0064el":"a"})", R"({"mo\u0064el":"X"})"},
        {R"({"model":{"model":"}"},"x":1})", R"({"model":"X","x":1})"},
        {R"({"model":1,"model":[2,"]"]})", R"({"model":"X","model":"X"})"},
        {R"({"x":{"model":"a"}})", R"({"model":"X","x":{"model":"a"}})"},
        {R"({"x":"\"model\":1"})", R"({"model":"X","x":"\"model\":1"})"},
        {R"({"x":"\\","model":null})", R"({"x":"\\","model":"X"})"},
        {R"({"Model":"a"})", R"({"model":"X","Model":"a"})"},
        {"{}", R"({"model":"X"})"},
        {"{ \n}", "{\"model\":\"X\" \n}"},
        {"\xEF\xBB\xBF{\"model\":1}", "\xEF\xBB\xBF{\"model\":\"X\"}"},
        {"[1]", std::nullopt},
        {"\"model\"", std::nullopt},
        {"", std::nullopt},
        {R"({"model":)", std::nullopt},
        {R"({"model)", std::nullopt},
        {R"({"a":[{"b":1})", std::nullopt},
        {R"({"a":1 "b":2})", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.object);
        CHECK(replace_member(row.object, "model", "\"X\"") == row.expected);
    }
}

TEST_CASE("an inserted key is escaped") {
    CHECK(replace_member("{}", "a\"b", "1") == R"({"a\"b":1})");
}

TEST_CASE("removing a member takes one comma along") {
    const Row rows[] = {
        {R"({"model":"a"})", "{}"},
        {R"({ "model":"a" })", "{  }"},
        {R"({"model":1,"b":2})", R"({"b":2})"},
        {R"({"a":1,"model":1})", R"({"a":1})"},
        {R"({"a":1, "model":1 , "b":2 })", R"({"a":1 , "b":2 })"},
        {R"({"model":1,"a":1,"model":{"x":[]},"mo\u0064el":3})", R"({"a":1})"},
        {R"({"model":1,"model":2})", "{}"},
        {R"({"a":1})", R"({"a":1})"},
        {" {} ", " {} "},
        {"[]", std::nullopt},
        {R"({"a":)", std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.object);
        CHECK(remove_member(row.object, "model") == row.expected);
    }
}

TEST_CASE("in random objects replacing leaves all other bytes as they were") {
    Random random(1);
    for (int round = 0; round < 4000; ++round) {
        const RandomObject object = random_object(random);
        const std::string before = object.text(nullptr);
        const std::string value = random_value(random, 2);
        CAPTURE(before);
        const auto after = replace_member(before, "model", value);
        REQUIRE(after.has_value());
        bool has_model = false;
        for (const bool is_model : object.is_model)
            has_model = has_model || is_model;
        if (has_model) {
            CHECK(*after == object.text(&value));
            continue;
        }
        const std::string comma = object.values.empty() ? "" : ",";
        const std::size_t brace = before.find('{') + 1;
        CHECK(*after ==
              before.substr(0, brace) + "\"model\":" + value + comma + before.substr(brace));
    }
}

TEST_CASE("in random objects replacing and removing give the expected document") {
    Random random(2);
    for (int round = 0; round < 2000; ++round) {
        const std::string before = random_object(random).text(nullptr);
        CAPTURE(before);
        const Members original = members_of(before);
        Members without;
        Members replaced;
        for (const auto& member : original) {
            const bool is_model = member.first == "model";
            replaced.emplace_back(member.first, is_model ? "7" : member.second);
            if (!is_model) without.push_back(member);
        }
        if (without.size() == original.size()) replaced.insert(replaced.begin(), {"model", "7"});
        CHECK(members_of(replace_member(before, "model", "7").value()) == replaced);
        CHECK(members_of(remove_member(before, "model").value()) == without);
    }
}

TEST_CASE("truncated and mutated objects are scanned without harm") {
    Random random(3);
    llmr::JsonParser parser;
    for (int round = 0; round < 4000; ++round) {
        std::string text = random_object(random).text(nullptr);
        if (random() % 2 == 0) text.resize(random() % (text.size() + 1));
        if (!text.empty()) text[random() % text.size()] = "{}[]\",:\\ 1"[random() % 10];
        const auto replaced = replace_member(text, "model", "1");
        const auto removed = remove_member(text, "model");
        CHECK(replaced.has_value() == removed.has_value());
        const auto parsed = parser.parse(text);
        if (parsed.has_value() && parsed->is_object()) {
            REQUIRE(replaced.has_value());
            CHECK(parser.parse(*replaced).has_value());
            CHECK(parser.parse(*removed).has_value());
        }
    }
}

TEST_CASE("members are visited with their own text") {
    std::string seen;
    const auto visit = [&seen](std::string_view key, std::string_view value) {
        seen += std::string(key) + "=" + std::string(value) + ";";
    };
    CHECK(llmr::for_each_member(R"( {"a" : 1.50e-07 ,"b\u0063":{"x":[1,"}"]}, "d":null} )", visit));
    CHECK(seen == R"(a=1.50e-07;bc={"x":[1,"}"]};d=null;)");
    CHECK_FALSE(llmr::for_each_member("[1]", visit));
    CHECK(llmr::find_member(R"({"a":1,"b":2.50,"b":0.10})", "b") == "0.10");
    CHECK_FALSE(llmr::find_member(R"({"a":{"b":1}})", "b").has_value());
}
