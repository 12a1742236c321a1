#include "routing/price_book.hpp"

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using llmr::Errc;
using llmr::PicoUsd;
using llmr::ServiceTier;
using llmr::Usage;
using llmr::routing::cost_of;
using llmr::routing::Price;
using llmr::routing::price_id;
using llmr::routing::PriceBook;
using llmr::routing::Rates;
using llmr::routing::rates_for;

namespace {

const PriceBook& book() {
    static const PriceBook parsed = *PriceBook::parse(
        "# a comment\n"
        "gpt-4o\t2.5\t10\t1.25\t-\n"
        "gpt-4o-2024-05-13\t5\t15\t-\t-   # dated, with a price of its own\n"
        "\n"
        "claude-haiku-4-5\t1\t5\t0.1\t1.25\n"
        "claude-sonnet-4-5\t3\t15\t0.3\t3.75\twrite_1h=6\r\n"
        "claude-sonnet-4-5\t6\t22.5\t0.6\t7.5\tabove=200000\r\n"
        "claude-sonnet-4-5\t5\t30\t0.5\t-\ttier=priority\n"
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
    CHECK(price->levels.empty());
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

TEST_CASE("of duplicate names the last counts, and an empty table is a book without prices") {
    const auto parsed = PriceBook::parse("a\t1\t1\t-\t-\nb\t7\t7\t-\t-\nA\t2\t2\t-\t-\n");
    REQUIRE(parsed.has_value());
    CHECK(parsed->size() == 2);
    REQUIRE(parsed->find("a"));
    CHECK(parsed->find("a")->input == 2'000'000);
    CHECK(PriceBook::parse("# nothing\n")->size() == 0);
    CHECK(PriceBook::parse("")->find("gpt-4o") == nullptr);
}

TEST_CASE("a price holds from its day until the next one") {
    const auto parsed = PriceBook::parse(
        "a 1 2\n"
        "a 0.5 1 from=2026-09-01\n"
        "a 0.25 1 from=2026-10-01T12:00:00Z\n"
        "late 7 7 from=2026-09-01\n"
        "b 5 5 - -\n");
    REQUIRE(parsed.has_value());
    constexpr std::int64_t kSeptember = 1'788'220'800'000;  // 2026-09-01T00:00:00Z
    constexpr std::int64_t kOctober = 1'790'856'000'000;    // 2026-10-01T12:00:00Z
    const struct {
        const char* model;
        std::int64_t at_ms;
        PicoUsd input;  // -1: unknown
    } rows[] = {
        {"a", 0, 1'000'000},          {"a", kSeptember - 1, 1'000'000},
        {"a", kSeptember, 500'000},   {"a", kOctober - 1, 500'000},
        {"a", kOctober, 250'000},     {"a", PriceBook::kNewest, 250'000},
        {"late", kSeptember - 1, -1}, {"late", kSeptember, 7'000'000},
        {"b", 0, 5'000'000},
    };
    for (const auto& row : rows) {
        CAPTURE(row.model);
        CAPTURE(row.at_ms);
        const Price* const price = parsed->find(row.model, "", row.at_ms);
        CHECK((price ? price->input : -1) == row.input);
    }
    CHECK(price_id(*parsed->find("a"), ServiceTier::standard, 1) ==
          "a;from=2026-10-01T12:00:00.000Z");
    CHECK(price_id(*parsed->find("late"), ServiceTier::standard, 1) == "late;from=2026-09-01");
    CHECK(parsed->names() == std::vector<std::string>{"a", "b", "late"});
}

TEST_CASE("prices on top replace those of the same name and day, with all their levels") {
    const auto below = PriceBook::parse("a 1 1\na 2 2 above=100\nb 3 3\n");
    const auto above = PriceBook::parse("a 9 9\nb 4 4 from=2026-09-01\nc 5 5\n");
    const PriceBook book = below->overridden_by(*above);
    CHECK(book.size() == 4);
    CHECK(book.find("a")->input == 9'000'000);
    CHECK(book.find("a")->levels.empty());
    CHECK(book.find("b", "", 0)->input == 3'000'000);
    CHECK(book.find("b")->input == 4'000'000);
    CHECK(book.find("c")->input == 5'000'000);
}

TEST_CASE("levels without a plain price are refused") {
    const auto parsed = PriceBook::parse("a 1 1\nb 2 2 above=100\n");
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().message.substr(0, 3) == "b: ");
}

TEST_CASE("the level is chosen by class of service and prompt length, and never made up") {
    const Price& sonnet = *book().find("claude-sonnet-4-5");
    const struct {
        ServiceTier service;
        std::int64_t prompt;
        PicoUsd input;  // -1: unknown
        const char* id;
    } rows[] = {
        {ServiceTier::standard, 200'000, 3'000'000, "claude-sonnet-4-5"},
        {ServiceTier::standard, 200'001, 6'000'000, "claude-sonnet-4-5;above=200000"},
        {ServiceTier::priority, 1, 5'000'000, "claude-sonnet-4-5;tier=priority"},
        {ServiceTier::priority, 200'001, -1, "claude-sonnet-4-5;tier=priority;above=200000"},
        {ServiceTier::batch, 1, -1, "claude-sonnet-4-5;tier=batch"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.id);
        const Rates* const rates = rates_for(sonnet, row.service, row.prompt);
        CHECK((rates ? rates->input : -1) == row.input);
        CHECK(price_id(sonnet, row.service, row.prompt) == row.id);
        const auto cost = cost_of(usage(row.prompt, 0, 0, 0, 0), sonnet, row.service);
        CHECK(cost.value_or(-1) == (row.input < 0 ? -1 : row.prompt * row.input));
    }
}

TEST_CASE("cache writes for an hour and reasoning have prices of their own where stated") {
    const auto parsed =
        PriceBook::parse("a 1 10 0.1 1.25 write_1h=2 reasoning=7\nb 1 10 0.1 1.25\n");
    Usage tokens = usage(0, 0, 100, 10, 1000);
    tokens.cache_write_1h = 40;
    CHECK(cost_of(tokens, *parsed->find("a")) ==
          60 * 1'250'000 + 40 * 2'000'000 + 10 * 10'000'000 + 1000LL * 7'000'000);
    CHECK(cost_of(tokens, *parsed->find("b")) == 100 * 1'250'000LL + 1010 * 10'000'000LL);
    tokens.cache_write_1h = 500;  // never more than was written
    CHECK(cost_of(tokens, *parsed->find("a")) ==
          100 * 2'000'000 + 10 * 10'000'000 + 1000LL * 7'000'000);
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
    CHECK(cost_of(usage(272'000, 0, 0, 1, 0), *built_in.find("gpt-5.5")) ==
          272'000LL * 5'000'000 + 30'000'000);
    CHECK(cost_of(usage(272'001, 0, 0, 1, 0), *built_in.find("gpt-5.5")) ==
          272'001LL * 10'000'000 + 45'000'000);
    CHECK(rates_for(*built_in.find("gpt-4o-mini"), ServiceTier::batch, 1)->output == 300'000);
    CHECK(built_in.find("claude-sonnet-4-5")->cache_write_1h == 6'000'000);
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
