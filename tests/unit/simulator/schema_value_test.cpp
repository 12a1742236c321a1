#include "simulator/schema_value.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace llmr;
using namespace llmr::simulator;

TEST_CASE("a value is made for each kind of schema") {
    struct Row {
        const char* schema;
        const char* value;
    };
    for (const auto& [schema, value] : {
             Row{R"({"type":"string"})", R"("simulated")"},
             Row{R"({"type":"string","maxLength":4})", R"("simu")"},
             Row{R"({"type":"string","minLength":12})", R"("simulatedxxx")"},
             Row{R"({"type":"string","format":"date"})", R"("2025-10-16")"},
             Row{R"({"enum":["b","a"]})", R"("b")"},
             Row{R"({"const":7})", "7"},
             Row{R"({"type":"integer"})", "1"},
             Row{R"({"type":"integer","minimum":18.5})", "19"},
             Row{R"({"type":"integer","exclusiveMinimum":1})", "2"},
             Row{R"({"type":"integer","maximum":-3})", "-3"},
             Row{R"({"type":"number","minimum":1.5})", "1.5"},
             Row{R"({"type":"boolean"})", "true"},
             Row{R"({"type":"null"})", "null"},
             Row{R"({"type":["null","integer"]})", "1"},
             Row{R"({"type":"array","items":{"type":"integer"},"minItems":2})", "[1,1]"},
             Row{R"({"anyOf":[{"type":"integer"},{"type":"string"}]})", "1"},
             Row{R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},)"
                 R"("required":["b"]})",
                 R"({"b":1})"},
             Row{R"({"properties":{"city":{"type":"string"}}})", R"({"city":"simulated city"})"},
             Row{R"({"type":"object"})", "{}"},
             Row{R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"integer"}}})", "1"},
         }) {
        CAPTURE(schema);
        JsonParser parser;
        CHECK(schema_value(parser.parse(schema).value()) == value);
    }
}

TEST_CASE("a schema that contains itself ends") {
    JsonParser parser;
    const auto text = schema_value(
        parser.parse(R"({"type":"object","properties":{"next":{"$ref":"#"}}})").value());
    CHECK(parser.parse(text).has_value());
    CHECK(text.find("null") != std::string::npos);
}
