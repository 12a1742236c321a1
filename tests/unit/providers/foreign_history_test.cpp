#include "providers/foreign_history.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

std::optional<std::string> cleaned(const std::string& messages, std::size_t foreign) {
    JsonParser parser;
    const std::string body = R"({"model":"auto","messages":)" + messages + "}";
    const auto root = parser.parse(body).value();
    const auto request = parse_request(Dialect::openai_chat, Operation::chat, root).value();
    return without_foreign_parts(request, foreign);
}

}  // namespace

TEST_CASE("a portable tool id suits every provider, and the same id gives the same one") {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = portable_tool_id("call_" + std::to_string(i));
        REQUIRE(id.size() == 9);
        REQUIRE(std::all_of(id.begin(), id.end(),
                            [](unsigned char c) { return std::isalnum(c) != 0; }));
        seen.insert(id);
    }
    CHECK(seen.size() == 10'000);
    CHECK(portable_tool_id("toolu_01A") == portable_tool_id("toolu_01A"));
    // Of every process and version: what an upstream has cached stays the same text.
    CHECK(portable_tool_id("call_1") == "6cVnL8Rc5");
}

TEST_CASE("a history without reasoning and calls is not touched") {
    const std::string plain =
        R"([{"role":"user","content":"a"},{"role":"assistant","content":"b"}])";
    CHECK_FALSE(cleaned(plain, 2));
    const std::string own =
        R"([{"role":"user","content":"a"},{"role":"assistant","content":"b","reasoning":"c"}])";
    CHECK_FALSE(cleaned(own, 0));
    CHECK_FALSE(cleaned(own, 1));
    CHECK(cleaned(own, 2) ==
          R"([{"role":"user","content":"a"},{"role":"assistant","content":"b"}])");
    CHECK(cleaned(own, 99) == cleaned(own, 2));
}

TEST_CASE("only assistant turns hold reasoning") {
    CHECK_FALSE(cleaned(R"([{"role":"user","content":"a","thinking":"mine"}])", 1));
}

TEST_CASE("reasoning goes in every shape, and a turn of nothing else becomes empty") {
    for (const char* member : {"thinking", "reasoning", "reasoning_content"}) {
        CAPTURE(member);
        CHECK(
            cleaned(R"([{"role":"assistant",")" + std::string(member) + R"(":"hm","content":"b"}])",
                    1) == R"([{"role":"assistant","content":"b"}])");
    }
    CHECK(cleaned(R"([{"role":"assistant","reasoning_details":[{"data":"x"}],"content":"b"}])",
                  1) == R"([{"role":"assistant","content":"b"}])");
    CHECK(cleaned(R"([{"role":"assistant","content":[{"type":"thinking","thinking":"hm",)"
                  R"("signature":"s"},{"type":"text","text":"b"}]}])",
                  1) == R"([{"role":"assistant","content":[{"type":"text","text":"b"}]}])");
    CHECK(cleaned(R"([{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]}])",
                  1) == R"([{"role":"assistant","content":""}])");
}

TEST_CASE("ids of foreign calls change in calls and results alike, own ones stay") {
    const std::string messages =
        R"([{"role":"user","content":"a"},)"
        R"({"role":"assistant","content":null,"tool_calls":[)"
        R"({"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{}"},)"
        R"("extra_content":{"google":{"thought_signature":"s"}}}]},)"
        R"({"role":"tool","tool_call_id":"toolu_1","content":"1"},)"
        R"({"role":"assistant","content":null,"tool_calls":[)"
        R"({"id":"own","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"own","content":"2"}])";
    const std::string id = portable_tool_id("toolu_1");
    for (const std::size_t foreign : {2, 3}) {
        CAPTURE(foreign);
        CHECK(cleaned(messages, foreign) ==
              R"([{"role":"user","content":"a"},)"
              R"({"role":"assistant","content":null,"tool_calls":[)"
              R"({"id":")" +
                  id +
                  R"(","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
                  R"({"role":"tool","tool_call_id":")" +
                  id +
                  R"(","content":"1"},)"
                  R"({"role":"assistant","content":null,"tool_calls":[)"
                  R"({"id":"own","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
                  R"({"role":"tool","tool_call_id":"own","content":"2"}])");
    }
}
