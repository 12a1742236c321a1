#include "daemon/table_text.hpp"

#include <doctest/doctest.h>

#include "daemon/query_filter.hpp"

using namespace llmr;
using namespace llmr::daemon;

TEST_CASE("the same row as CSV and as JSON Lines") {
    const Cell row[] = {Cell::of("a,\"b\"\nc"), Cell::number(7), Cell::null(), Cell::flag(true),
                        Cell::of("=1+1")};
    std::string csv;
    TableWriter(csv, TableFormat::csv, {"text", "n", "none", "flag", "formula"}).row(row);
    CHECK(csv == "text,n,none,flag,formula\r\n\"a,\"\"b\"\"\nc\",7,,true,\"'=1+1\"\r\n");
    std::string lines;
    TableWriter(lines, TableFormat::jsonl, {"text", "n", "none", "flag", "formula"}).row(row);
    CHECK(lines ==
          "{\"text\":\"a,\\\"b\\\"\\nc\",\"n\":7,\"none\":null,\"flag\":true,"
          "\"formula\":\"=1+1\"}\n");
}

TEST_CASE("filters name what is wrong with them") {
    const KeyNames names{{"1a2b3c4d", "laptop"}};
    CHECK(read_filter({{"key", "laptop"}}, names, 0)->key_id == "1a2b3c4d");
    CHECK(read_filter({{"key", "none"}}, names, 0)->key_id == "");
    CHECK(read_filter({{"local", "false"}}, names, 0)->locality == Locality::external);
    CHECK(read_filter({{"cursor", "17"}}, names, 0)->before_rowid == 17);
    const std::pair<const char*, const char*> wrong[] = {
        {"limit", "0"},   {"limit", "x"},    {"status", "okay"}, {"type", "codes"},
        {"local", "yes"}, {"cursor", "abc"}, {"from", "soon"},   {"locality", "here"}};
    for (const auto& [name, value] : wrong) {
        CAPTURE(name);
        const auto filter = read_filter({{name, value}}, names, 0);
        REQUIRE(filter.has_error());
        CHECK(filter.error().param == name);
        CHECK(filter.error().message.find("nearest valid: ") != std::string::npos);
    }
    CHECK(read_filter({{"limit", "99999"}}, names, 0).error().message.ends_with("1000"));
}
