#include "simulator/tokens.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr::simulator;

namespace {

std::vector<std::string> pieces(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        out.emplace_back(text.substr(0, token_length(text)));
        text.remove_prefix(out.back().size());
    }
    return out;
}

}  // namespace

TEST_CASE("tokens are words with the blank before them, and runs of other characters") {
    using Pieces = std::vector<std::string>;
    struct Row {
        const char* text;
        Pieces expected;
    };
    const std::vector<Row> rows{
        {"", {}},
        {"Hello world", {"Hello", " world"}},
        {"a, b...", {"a", ",", " b", "..."}},
        {"  two", {"  ", "two"}},
        {"extraordinarily", {"extraordinar", "ily"}},
        {"x = 1;\n\n", {"x", " ", "=", " 1", ";", "\n\n"}},
        {" ", {" "}},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(pieces(text) == expected);
        CHECK(count_tokens(text) == static_cast<std::int64_t>(expected.size()));
    }
}

TEST_CASE("no token ends inside a UTF-8 sequence") {
    const std::string text = "日本語の文章はとても長いです, 絵文字😀😀😀😀😀";
    std::string joined;
    for (const auto& piece : pieces(text)) {
        CHECK((static_cast<unsigned char>(piece.front()) & 0xC0) != 0x80);
        joined += piece;
    }
    CHECK(joined == text);
}

TEST_CASE("the first tokens of a text count as that many") {
    const std::string text = "One two, three  four: (five) six\n- seven";
    const auto all = count_tokens(text);
    for (std::int64_t limit = 0; limit <= all; ++limit) {
        CAPTURE(limit);
        CHECK(count_tokens(first_tokens(text, limit)) == limit);
    }
    CHECK(first_tokens(text, all + 5) == text);
}
