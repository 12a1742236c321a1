#include "core/fixed_decimal.hpp"

#include <doctest/doctest.h>

using namespace llmr;

TEST_SUITE("fixed decimals") {
    TEST_CASE("text becomes an integer of so many places, exactly") {
        CHECK(parse_fixed("65", 3, 100'000).value() == 65'000);
        CHECK(parse_fixed("12.5", 3, 100'000).value() == 12'500);
        CHECK(parse_fixed("0.001", 3, 100'000).value() == 1);
        CHECK(parse_fixed("100000", 3, 100'000).value() == 100'000'000);
        CHECK(parse_fixed("100000.000", 3, 100'000).value() == 100'000'000);
        CHECK(parse_fixed("007", 0, 9).value() == 7);
    }

    TEST_CASE("and back again") {
        CHECK(format_fixed(12'500, 3) == "12.5");
        CHECK(format_fixed(65'000, 3) == "65");
        CHECK(format_fixed(1, 3) == "0.001");
        CHECK(format_fixed(0, 6) == "0");
        CHECK(format_fixed(300'000, 6) == "0.3");
    }

    TEST_CASE("anything else is refused") {
        for (const char* bad :
             {"", ".", "5.", ".5", "-1", "+1", "1e3", "1,5", "65 W", " 1", "1 ", "0x1", "nan",
              "12.3456", "100001", "100000.001", "99999999999999999999999999"}) {
            CAPTURE(bad);
            CHECK_FALSE(parse_fixed(bad, 3, 100'000).has_value());
        }
        CHECK(parse_fixed("1.2345", 3, 9).error().message == "has more than 3 decimals");
        CHECK(parse_fixed("10", 3, 9).error().message == "is above 9");
    }
}
