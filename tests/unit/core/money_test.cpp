#include "core/money.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

TEST_CASE("prices are exact to the sixth decimal") {
    struct Row {
        const char* text;
        llmr::PicoUsd expected;
    };
    const Row rows[] = {{"0", 0},
                        {"0.15", 150'000},
                        {"2.50", 2'500'000},
                        {"15", 15'000'000},
                        {"0.000001", 1},
                        {"0.1", 100'000},
                        {"00.5", 500'000},
                        {"1000", 1'000'000'000},
                        {"1000.000000", 1'000'000'000},
                        {"999.999999", 999'999'999}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto price = llmr::parse_usd_per_million(row.text);
        REQUIRE(price.has_value());
        CHECK(*price == row.expected);
    }
}

TEST_CASE("what is no plausible price is refused") {
    for (const char* text :
         {"",          "-1",        "-0",          "+1",   "1e-6",
          "0.1234567", "0.0000000", "1,5",         "1.",   ".5",
          ".",         " 1",        "1 ",          "0x10", "nan",
          "inf",       "1.2.3",     "1000.000001", "1001", "99999999999999999999999999",
          "$1"}) {
        CAPTURE(text);
        const auto price = llmr::parse_usd_per_million(text);
        REQUIRE(price.has_error());
        CHECK(price.error().code == llmr::Errc::invalid_parameter);
        CHECK_FALSE(price.error().message.empty());
    }
}

TEST_CASE("amounts are written exactly and without trailing zeros") {
    struct Row {
        llmr::PicoUsd amount;
        const char* expected;
    };
    const Row rows[] = {{0, "0"},
                        {1, "0.000000000001"},
                        {12'345'000, "0.000012345"},
                        {llmr::kPicoPerUsd, "1"},
                        {10 * llmr::kPicoPerUsd, "10"},
                        {llmr::kPicoPerUsd + llmr::kPicoPerUsd / 2, "1.5"},
                        {-llmr::kPicoPerUsd / 4, "-0.25"},
                        {std::numeric_limits<std::int64_t>::max(), "9223372.036854775807"},
                        {std::numeric_limits<std::int64_t>::min(), "-9223372.036854775808"}};
    for (const Row& row : rows) {
        CAPTURE(row.amount);
        CHECK(llmr::format_usd(row.amount) == row.expected);
    }
}
