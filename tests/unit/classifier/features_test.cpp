#include "classifier/features.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "classifier/classifier.hpp"

namespace llmr::classifier_test {
namespace {

constexpr std::string_view kSentence = "The mill stood by the river and nobody ever asked why. ";

std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

}  // namespace

TEST_CASE("features count words, tokens and turns") {
    const classifier::Features features = classifier::extract_features("Write three short words");
    CHECK(features.words == 4);
    CHECK(features.turns == 1);
    CHECK(features.estimated_tokens >= 4);
    CHECK(features.estimated_tokens <= 8);
    CHECK(!features.sampled);
}

TEST_CASE("the request is told apart from the text supplied with it") {
    struct Row {
        const char* text;
        unsigned asked_at_most;
        unsigned supplied_at_least;
    };
    const Row rows[] = {
        {"Summarize this: The tide came in, took the boat, and left the harbour as empty as "
         "before.",
         2, 14},
        {"What does \"the early bird catches the worm\" mean?", 3, 6},
        {"Fix this:\n```\nlet a = 1\nlet b = 2\nlet c = a + b\nprint a b c\n```", 2, 12},
    };
    for (const Row& row : rows) {
        const classifier::Turn turn = classifier::extract_features(row.text).last;
        CAPTURE(row.text);
        CHECK(turn.ask.words <= row.asked_at_most);
        CHECK(turn.supplied_words >= row.supplied_at_least);
    }
}

TEST_CASE("long input is read in samples, flagged, and its size still estimated") {
    const std::string body = repeat(kSentence, 3000);
    const std::string text = "Summarize the following text:\n\n" + body;
    const classifier::Features features = classifier::extract_features(text);
    CHECK(features.sampled);
    CHECK(features.words > 25000);
    CHECK(features.words < 45000);
    CHECK(features.estimated_tokens > 25000);
    const Classification result = classifier::classify(features);
    CHECK(to_string(result.type) == "summarization");
    bool told = false;
    for (const Reason& reason : result)
        told = told || reason.what == "long input read in samples";
    CHECK(told);
}

TEST_CASE("the question is found at either end of a long document") {
    const std::string body = repeat(kSentence, 1500);
    const Classification head = classifier::classify(
        classifier::extract_features("List all names in the following text:\n\n" + body));
    CHECK(to_string(head.type) == "extraction");
    const Classification tail =
        classifier::classify(classifier::extract_features(body + "\n\nSummarize the text above."));
    CHECK(to_string(tail.type) == "summarization");
}

TEST_CASE("any bytes are survived: broken UTF-8, control characters, marks without an end") {
    const std::string inputs[] = {
        "",
        " ",
        std::string(3, '\0'),
        "\xff\xfe\x80\x80",
        "caf\xc3",
        "\xe4\xb8",
        "\xf0\x9f\x98",
        "```",
        "```python\nprint(1)",
        "\"unclosed quotation about code",
        "`",
        "$",
        "$$",
        "\\",
        "?",
        "?!?!?!...",
        "\n\n\n\n",
        "：？。！",
        "a\u0301\u0301\u0301",
        repeat("(", 5000),
        repeat("\"", 5000),
        repeat("`", 5001),
        repeat("$", 5000),
        repeat("a ", 40000),
        repeat("汉", 30000),
        std::string(100000, 'x'),
        repeat("\n", 70000),
    };
    for (const std::string& input : inputs) {
        const Classification result = classifier::classify(classifier::extract_features(input));
        CAPTURE(input.substr(0, 40));
        CHECK(result.complexity >= 1);
        CHECK(result.complexity <= 10);
        CHECK((result.score >= 0.0 && result.score <= 1.0));
    }
}

TEST_CASE("accents, width and case of letters make no difference") {
    const char* same[][2] = {
        {"Écris une fonction Python", "ecris une fonction python"},
        {"Erkläre mir das", "ERKLARE MIR DAS"},
        {"НАПИШИ РАССКАЗ", "напиши рассказ"},
        {"Ｗｒｉｔｅ ａ ｐｏｅｍ", "write a poem"},
    };
    for (const auto& pair : same) {
        const Classification a = classifier::classify(classifier::extract_features(pair[0]));
        const Classification b = classifier::classify(classifier::extract_features(pair[1]));
        CAPTURE(pair[0]);
        CHECK(a.type == b.type);
        CHECK(a.complexity == b.complexity);
    }
}

}  // namespace llmr::classifier_test
