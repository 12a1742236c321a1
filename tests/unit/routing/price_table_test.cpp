#include "routing/price_table.hpp"

#include <string>

#include <doctest/doctest.h>

using llmr::Errc;
using llmr::ServiceTier;
using llmr::routing::parse_price_table;

TEST_CASE("a row has prices, and what it holds for") {
    const auto rows = parse_price_table(
        "# comment\n"
        "My-Model  0.5 1.5   # two prices are enough\r\n"
        "other\t1\t2\t-\t1.25\twrite_1h=2\treasoning=3\tabove=200000\ttier=flex\tfrom=2026-09-01");
    REQUIRE(rows.has_value());
    REQUIRE(rows->size() == 2);
    const auto& plain = rows->front();
    CHECK(plain.name == "my-model");
    CHECK(plain.rates.input == 500'000);
    CHECK(plain.rates.output == 1'500'000);
    CHECK_FALSE(plain.rates.cache_read.has_value());
    CHECK(plain.service == ServiceTier::standard);
    CHECK(plain.above == 0);
    CHECK(plain.from_ms == 0);
    const auto& full = rows->back();
    CHECK_FALSE(full.rates.cache_read.has_value());
    CHECK(full.rates.cache_write == 1'250'000);
    CHECK(full.rates.cache_write_1h == 2'000'000);
    CHECK(full.rates.reasoning == 3'000'000);
    CHECK(full.above == 200'000);
    CHECK(full.service == ServiceTier::flex);
    CHECK(full.from_ms == 1'788'220'800'000);
}

TEST_CASE("a table that does not parse is refused with line, model and fault") {
    const struct {
        const char* text;
        const char* fault;
    } rows[] = {
        {"a\t1\n", "line 1 (a): expected a name"},
        {"a 1 2\nb\n", "line 2 (b): expected a name"},
        {"# x\n\n\t1\t2\t-\t-\n", "line 3 (1): input and output prices must be stated"},
        {"a\t-\t2\t-\t-\n", "line 1 (a): input and output prices must be stated"},
        {"a\t1\t-\t-\t-\n", "line 1 (a): input and output prices must be stated"},
        {"a\t1\tfree\t-\t-\n", "line 1 (a): output \"free\": a price must be"},
        {"a\t-1\t2\t-\t-\n", "line 1 (a): input \"-1\": a price cannot be negative"},
        {"a\t1e-3\t2\t-\t-\n", "line 1 (a): input"},
        {"a\t1\t1001\t-\t-\n", "line 1 (a): output \"1001\": a price above 1000"},
        {"a\t0.0000001\t2\t-\t-\n", "line 1 (a): input"},
        {"a 1 2 3 4 5\n", "line 1 (a): \"5\" is none of"},
        {"a 1 2 above=many\n", "line 1 (a): above= wants"},
        {"a 1 2 above=0\n", "line 1 (a): above= wants"},
        {"a 1 2 tier=gold\n", "line 1 (a): tier= wants"},
        {"a 1 2 from=soon\n", "line 1 (a): from= wants"},
        {"a 1 2 from=2026-13-01\n", "line 1 (a): from= wants"},
        {"a 1 2 from=\n", "line 1 (a): from= wants"},
        {"a 1 2 write_1h=x\n", "line 1 (a): write_1h \"x\": a price must be"},
        {"a 1 2 until=2026-01-01\n", "line 1 (a): \"until=2026-01-01\" is none of"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parsed = parse_price_table(row.text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().code == Errc::invalid_parameter);
        CHECK(parsed.error().message.substr(0, std::string(row.fault).size()) == row.fault);
    }
}
