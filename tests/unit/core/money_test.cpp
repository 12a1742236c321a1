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

TEST_CASE("stated amounts are rounded half up to the twelfth decimal") {
    struct Row {
        const char* text;
        llmr::PicoUsd expected;
    };
    const Row rows[] = {{"0", 0},
                        {"0.0", 0},
                        {"1", llmr::kPicoPerUsd},
                        {"0.00014035", 140'350'000},
                        {"0.00014035000000000001", 140'350'000},
                        {"1.4035e-04", 140'350'000},
                        {"14035E-8", 140'350'000},
                        {"0.0000000000005", 1},
                        {"0.00000000000049999999999999999999999999999999999999999999999999", 0},
                        {"0.0000000000015", 2},
                        {"2.5e-12", 3},
                        {"1e-9999", 0},
                        {"0e99999", 0},
                        {"9e+6", 9'000'000 * llmr::kPicoPerUsd},
                        {"9000000", 9'000'000 * llmr::kPicoPerUsd}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto amount = llmr::parse_usd(row.text);
        REQUIRE(amount.has_value());
        CHECK(*amount == row.expected);
    }
    for (const char* text : {"", "-1", "+1", "1e", "1e+", ".5", "1.", "1e1.5", "nan", "9000000.1",
                             "1e7", "1e99999999999", "{\"total\":1}", "\"1\"", " 1"}) {
        CAPTURE(text);
        CHECK(llmr::parse_usd(text).has_error());
    }
}

TEST_CASE("prices per token lose the noise of binary floats and nothing else") {
    struct Row {
        const char* text;
        llmr::PicoUsd expected;  // -1: refused
    };
    const Row rows[] = {{"1.5e-07", 150'000},
                        {"0.00000015", 150'000},
                        {"2.5e-06", 2'500'000},
                        {"0", 0},
                        {"0.0", 0},
                        {"1.3499999999999999e-07", 135'000},
                        {"6.000000000000001e-07", 600'000},
                        {"3.75e-08", 37'500},
                        {"1e-12", 1},
                        {"0.001", 1'000'000'000},
                        {"1.5e-12", -1},
                        {"1e-13", -1},
                        {"1.234567e-10", -1},
                        {"0.0010001", -1},
                        {"2.5", -1},
                        {"-1e-6", -1},
                        {"abc", -1}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto price = llmr::parse_usd_per_token(row.text);
        CHECK((price ? *price : -1) == row.expected);
    }
}

TEST_CASE("prices per million are written as they are read") {
    for (const char* text : {"0", "0.15", "2.5", "15", "0.000001", "1000", "999.999999"}) {
        CHECK(llmr::format_usd_per_million(*llmr::parse_usd_per_million(text)) == text);
    }
}
