#include "core/text.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

TEST_CASE("case folding is for ASCII only") {
    CHECK(llmr::to_lower("AbZ@[`{09") == "abz@[`{09");
    CHECK(llmr::to_lower("ÄÖ") == "ÄÖ");
    CHECK(llmr::iequals("Content-Type", "content-type"));
    CHECK(llmr::iequals("", ""));
    CHECK_FALSE(llmr::iequals("a", "ab"));
    CHECK_FALSE(llmr::iequals("@", "`"));
    CHECK_FALSE(llmr::iequals("Ä", "ä"));
}

TEST_CASE("trimming takes ASCII white space from both ends") {
    CHECK(llmr::trim(" \t\r\n\f\va b \n") == "a b");
    CHECK(llmr::trim("ab") == "ab");
    CHECK(llmr::trim(" \n ").empty());
    CHECK(llmr::trim("").empty());
}

TEST_CASE("lists are split, trimmed and freed of empty parts") {
    using Parts = std::vector<std::string>;
    CHECK(llmr::split_list("a, b ,,c,") == Parts{"a", "b", "c"});
    CHECK(llmr::split_list("a b;c", ';') == Parts{"a b", "c"});
    CHECK(llmr::split_list("one") == Parts{"one"});
    CHECK(llmr::split_list("").empty());
    CHECK(llmr::split_list(" , ,").empty());
}

TEST_CASE("invalid UTF-8 becomes replacement characters and valid text stays") {
    struct Row {
        const char* text;
        const char* expected;
    };
    const Row rows[] = {
        {"", ""},
        {"ascii äöü 中文 😀", "ascii äöü 中文 😀"},
        {"a\xff"
         "b",
         "a\uFFFDb"},
        {"\x80", "\uFFFD"},
        {"cut \xf0\x9f\x98", "cut \uFFFD"},
        {"\xf0\x9f\x98 ", "\uFFFD "},
        {"\xe0\x80\xaf", "\uFFFD\uFFFD\uFFFD"},
        {"\xed\xbf\xbf", "\uFFFD\uFFFD\uFFFD"},
        {"\xf5\x80", "\uFFFD\uFFFD"},
        {"\xc3\xa4\xc3", "ä\uFFFD"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        CHECK(llmr::repair_utf8(row.text) == row.expected);
    }
}
