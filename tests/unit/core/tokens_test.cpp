#include "core/tokens.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/text.hpp"

TEST_CASE("small texts cost what the rule says") {
    struct Row {
        const char* text;
        std::int64_t expected;
    };
    const Row rows[] = {
        {"", 0},     {"a", 1},  {"word", 1},     {"words", 1},    {"12345678", 3},      {" ", 0},
        {"\n\n", 1}, {"!", 1},  {"中文", 2},     {"ひらがな", 4}, {"한국", 2},          {"ää", 4},
        {"a, b", 3}, {"😀", 1}, {"getValue", 2}, {"мир", 1},      {"international", 2},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(llmr::estimate_tokens(row.text) == row.expected);
    }
}

TEST_CASE("estimates of real text are near what tokenizers count") {
    struct Row {
        const char* language;
        const char* text;
        std::int64_t low;
        std::int64_t high;
    };
    const Row rows[] = {
        {"English, 44 words",
         "Four score and seven years ago our fathers brought forth on this continent, a new "
         "nation, conceived in Liberty, and dedicated to the proposition that all men are created "
         "equal. Now we are engaged in a great civil war, testing whether that nation can endure.",
         48, 66},
        {"German, 24 words",
         "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft "
         "und Gewissen begabt und sollen einander im Geiste begegnen.",
         28, 40},
        {"Chinese, 28 characters", "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。", 22,
         32},
        {"C code",
         "for (int i = 0; i < n; ++i) {\n    sum += values[i] * weights[i];\n}\nreturn sum;\n", 26,
         44},
    };
    for (const Row& row : rows) {
        CAPTURE(row.language);
        const std::int64_t tokens = llmr::estimate_tokens(row.text);
        CHECK(tokens >= row.low);
        CHECK(tokens <= row.high);
    }
}

TEST_CASE("long runs are neither free nor dear") {
    CHECK(llmr::estimate_tokens(std::string(6400, ' ')) == 101);
    CHECK(llmr::estimate_tokens(std::string(1600, '=')) == 101);
    CHECK(llmr::estimate_tokens(std::string(4000, 'x')) == 750);
}

TEST_CASE("a longer text never costs less") {
    const std::string text = "if (x) {\n\treturn \"äé中\xff\x80😀\"; } // ...   done";
    std::int64_t previous = 0;
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::int64_t tokens = llmr::estimate_tokens(text.substr(0, size));
        CHECK(tokens >= previous);
        previous = tokens;
    }
    CHECK(previous > 10);
}

TEST_CASE("pieces cost together what the whole text does") {
    const std::string text =
        "An example: getHTTPHeader(\"Größe\", 1234567)\n\n    => 你好, мир ... 12 %";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const bool inside =
            cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80;
        if (inside) continue;
        llmr::TokenEstimator pieces;
        pieces.add(std::string_view(text).substr(0, cut));
        pieces.add(std::string_view(text).substr(cut));
        CHECK(pieces.tokens() == llmr::estimate_tokens(text));
    }
}
