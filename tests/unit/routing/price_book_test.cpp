#include "routing/price_book.hpp"

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using llmr::Errc;
using llmr::PicoUsd;
using llmr::Usage;
using llmr::routing::cost_of;
using llmr::routing::Price;
using llmr::routing::PriceBook;

namespace {

const PriceBook& book() {
    static const PriceBook parsed = *PriceBook::parse(
        "# a comment\n"
        "gpt-4o\t2.5\t10\t1.25\t-\n"
        "gpt-4o-2024-05-13\t5\t15\t-\t-   # dated, with a price of its own\n"
        "\n"
        "claude-haiku-4-5\t1\t5\t0.1\t1.25\n"
        "claude-sonnet-4-5\t3\t15\t0.3\t3.75\t200000\t6\t22.5\t0.6\t7.5\r\n"
        "azure/gpt-4o\t2.75\t11\t-\t-\n"
        "gemini/gemini-flash\t0.1\t0.4\t-\t-\n"
        "openrouter/anthropic/claude-haiku-4-5\t1.1\t5.5\t-\t-\n"
        "openrouter/x-ai/grok-4\t3\t15\t-\t-\n"
        "text-embedding-3-small\t0.02\t0\t-\t-");
    return parsed;
}

std::string id(const Price* price) {
    return price ? std::string(price->id) : "(unknown)";
}

Usage usage(std::int64_t uncached, std::int64_t read, std::int64_t write, std::int64_t visible,
            std::int64_t reasoning) {
    Usage result;
    result.input_uncached = uncached;
    result.cache_read = read;
    result.cache_write = write;
    result.output_visible = visible;
    result.reasoning = reasoning;
    return result;
}

}  // namespace

TEST_CASE("a row holds exact prices, and what is not stated is absent") {
    const Price* const price = book().find("gpt-4o");
    REQUIRE(price);
    CHECK(price->input == 2'500'000);
    CHECK(price->output == 10'000'000);
    CHECK(price->cache_read == 1'250'000);
    CHECK_FALSE(price->cache_write.has_value());
    CHECK(price->long_prompt_tokens == 0);
    CHECK(book().size() == 9);
}

TEST_CASE("names are found by provider, prefix, snapshot and seller, and never guessed") {
    const struct {
        const char* model;
        const char* provider;
        const char* expected;
    } rows[] = {
        {"gpt-4o", "", "gpt-4o"},
        {"GPT-4o", "", "gpt-4o"},
        {" gpt-4o ", "openai", "gpt-4o"},
        {"gpt-4o:latest", "", "gpt-4o"},
        {"openai/gpt-4o", "", "gpt-4o"},
        {"openai/gpt-4o", "openai", "gpt-4o"},
        {"gpt-4o-2024-05-13", "", "gpt-4o-2024-05-13"},
        {"gpt-4o-2024-08-06", "", "gpt-4o"},
        {"gpt-4o-20240806", "", "gpt-4o"},
        {"claude-haiku-4-5-20251001", "anthropic", "claude-haiku-4-5"},
        {"claude-haiku-4-5@20251001", "vertex_ai", "claude-haiku-4-5"},
        {"claude-haiku-4-5-latest", "", "claude-haiku-4-5"},
        {"anthropic/claude-haiku-4-5", "", "claude-haiku-4-5"},
        {"anthropic/claude-haiku-4-5", "openrouter", "openrouter/anthropic/claude-haiku-4-5"},
        {"openrouter/anthropic/claude-haiku-4-5", "", "openrouter/anthropic/claude-haiku-4-5"},
        {"openrouter/x-ai/grok-4", "openrouter", "openrouter/x-ai/grok-4"},
        {"x-ai/grok-4", "", "openrouter/x-ai/grok-4"},
        {"x-ai/grok-4", "openai", "openrouter/x-ai/grok-4"},
        {"gpt-4o", "azure", "azure/gpt-4o"},
        {"azure/gpt-4o", "azure", "azure/gpt-4o"},
        {"azure/gpt-4o", "", "azure/gpt-4o"},
        {"gpt-4o-2024-08-06", "azure", "azure/gpt-4o"},
        {"gemini-flash", "gemini", "gemini/gemini-flash"},
        {"models/gpt-4o", "", "gpt-4o"},
        // Unknown stays unknown.
        {"claude-haiku-4-5", "azure", "(unknown)"},
        {"gpt-4o", "openrouter", "(unknown)"},
        {"azure/claude-haiku-4-5", "", "(unknown)"},
        {"openrouter/gpt-4o", "", "(unknown)"},
        {"gpt-4o-mini", "", "(unknown)"},
        {"gpt-4", "", "(unknown)"},
        {"gpt-4o-9999-08-06", "", "(unknown)"},
        {"gpt-4o-2024-8-6", "", "(unknown)"},
        {"mistral:7b", "", "(unknown)"},
        {"groq/gpt-4o", "", "(unknown)"},
        {"-20240806", "", "(unknown)"},
        {"", "", "(unknown)"},
        {"/", "openai", "(unknown)"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.model);
        CAPTURE(row.provider);
        CHECK(id(book().find(row.model, row.provider)) == row.expected);
    }
}

TEST_CASE("a table that does not parse is refused with the line number") {
    const struct {
        const char* text;
        const char* fault;
    } rows[] = {
        {"a\t1\t2\t-\n", "line 1: expected 5 or 10"},
        {"a\t1\t2\t-\t-\nb\t1\t2\n", "line 2: expected 5 or 10"},
        {"# x\n\n\t1\t2\t-\t-\n", "line 3:"},
        {"a\t-\t2\t-\t-\n", "line 1: input and output prices must be stated"},
        {"a\t1\t-\t-\t-\n", "line 1: input and output prices must be stated"},
        {"a\t1\tfree\t-\t-\n", "line 1:"},
        {"a\t-1\t2\t-\t-\n", "line 1:"},
        {"a\t1e-3\t2\t-\t-\n", "line 1:"},
        {"a\t1\t1001\t-\t-\n", "line 1:"},
        {"a\t0.0000001\t2\t-\t-\n", "line 1:"},
        {"a\t1\t2\t-\t-\tmany\t1\t2\t-\t-\n", "line 1: the prompt length"},
        {"a\t1\t2\t-\t-\t0\t1\t2\t-\t-\n", "line 1: the prompt length"},
        {"a\t1\t2\t-\t-\t9\t-\t2\t-\t-\n", "line 1: input and output prices must be stated"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parsed = PriceBook::parse(row.text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == Errc::invalid_parameter);
        CHECK(parsed.error().message.substr(0, std::string(row.fault).size()) == row.fault);
    }
}

TEST_CASE("of duplicate names the last counts, and an empty table is a book without prices") {
    const auto parsed = PriceBook::parse("a\t1\t1\t-\t-\nb\t7\t7\t-\t-\nA\t2\t2\t-\t-\n");
    REQUIRE(parsed.has_value());
    CHECK(parsed->size() == 2);
    REQUIRE(parsed->find("a"));
    CHECK(parsed->find("a")->input == 2'000'000);
    CHECK(PriceBook::parse("# nothing\n")->size() == 0);
    CHECK(PriceBook::parse("")->find("gpt-4o") == nullptr);
}

TEST_CASE("a book can be copied and outlive the text it was parsed from") {
    PriceBook copy;
    {
        const std::string text = "some-quite-long-model-name-for-the-heap\t1\t2\t-\t-\n";
        const auto parsed = PriceBook::parse(text);
        copy = *parsed;
    }
    REQUIRE(copy.find("some-quite-long-model-name-for-the-heap"));
    CHECK(copy.find("some-quite-long-model-name-for-the-heap")->id ==
          "some-quite-long-model-name-for-the-heap");
}

TEST_CASE("the cost is the sum over disjoint buckets, exactly") {
    const Price& gpt = *book().find("gpt-4o");
    const Price& haiku = *book().find("claude-haiku-4-5");
    const Price& sonnet = *book().find("claude-sonnet-4-5");
    const struct {
        const Price& price;
        Usage usage;
        PicoUsd expected;
    } rows[] = {
        {gpt, usage(0, 0, 0, 0, 0), 0},
        {gpt, usage(1, 0, 0, 0, 0), 2'500'000},
        {gpt, usage(1000, 0, 0, 1000, 0), 12'500'000'000},
        // 300 x 2.5 + 700 x 1.25 + 20 x 10 + 80 x 10 = 2,625 USD per million
        {gpt, usage(300, 700, 0, 20, 80), 2'625'000'000},
        // No price for cache writes: they bill as input. 10 x 2.5
        {gpt, usage(0, 0, 10, 0, 0), 25'000'000},
        // 7 x 1 + 11 x 0.1 + 13 x 1.25 + 17 x 5 + 19 x 5 = 204.35
        {haiku, usage(7, 11, 13, 17, 19), 204'350'000},
        // Up to 200,000 prompt tokens the plain price, above it the other, for all tokens.
        {sonnet, usage(200'000, 0, 0, 1000, 0), 615'000'000'000},
        {sonnet, usage(100'000, 100'001, 0, 1000, 0), 682'500'600'000},
        {sonnet, usage(0, 0, 200'001, 0, 0), 1'500'007'500'000},
        {gpt, usage(-5, 0, 0, 3, -1), 30'000'000},
    };
    for (const auto& row : rows) {
        CAPTURE(row.price.id);
        CHECK(cost_of(row.usage, row.price) == row.expected);
    }
}

TEST_CASE("a cost beyond 64 bits saturates") {
    constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
    const Price& price = *book().find("gpt-4o");
    CHECK(cost_of(usage(kHuge, 0, 0, 0, 0), price) == kHuge);
    CHECK(cost_of(usage(kHuge, 0, 0, kHuge, kHuge), price) == kHuge);
}

TEST_CASE("the built-in book knows the usual models at their list prices") {
    const PriceBook& built_in = PriceBook::built_in();
    CHECK(built_in.size() > 400);
    const struct {
        const char* model;
        PicoUsd input;
        PicoUsd output;
    } rows[] = {
        {"gpt-4o-mini", 150'000, 600'000},
        {"gpt-4o", 2'500'000, 10'000'000},
        {"openai/gpt-4o-mini", 150'000, 600'000},
        {"claude-haiku-4-5", 1'000'000, 5'000'000},
        {"text-embedding-3-small", 20'000, 0},
        {"anthropic/claude-3.5-sonnet", 3'000'000, 15'000'000},
        {"azure/eu/gpt-5-nano-2025-08-07", 55'000, 440'000},
    };
    for (const auto& row : rows) {
        CAPTURE(row.model);
        const Price* const price = built_in.find(row.model);
        REQUIRE(price);
        CHECK(price->input == row.input);
        CHECK(price->output == row.output);
    }
    CHECK(built_in.find("gpt-5-nano")->cache_read == 5'000);
    CHECK(built_in.find("gpt-5.5")->long_prompt_tokens == 272'000);
    CHECK(built_in.find("mistral:7b") == nullptr);
    CHECK(built_in.find("openrouter/openrouter/auto") == nullptr);
}

TEST_CASE("the built-in book is parsed once, whoever asks first") {
    std::vector<const PriceBook*> seen(8);
    std::vector<std::thread> threads;
    for (auto& place : seen)
        threads.emplace_back([&place] { place = &PriceBook::built_in(); });
    for (std::thread& thread : threads)
        thread.join();
    for (const PriceBook* each : seen)
        CHECK(each == &PriceBook::built_in());
}
