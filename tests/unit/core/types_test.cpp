#include "core/types.hpp"

#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

TEST_CASE("the names of query types are unique and read back") {
    std::set<std::string_view> names;
    for (const llmr::QueryType type : llmr::kAllQueryTypes) {
        const std::string_view name = llmr::to_string(type);
        CHECK(names.insert(name).second);
        CHECK(llmr::parse_query_type(name) == type);
    }
    CHECK(names.size() == 7);
    CHECK(llmr::parse_query_type("Code") == llmr::QueryType::code);
    CHECK_FALSE(llmr::parse_query_type("").has_value());
    CHECK_FALSE(llmr::parse_query_type("coding").has_value());
}

TEST_CASE("the names that rows and interfaces carry are fixed") {
    CHECK(llmr::to_string(llmr::Dialect::openai_chat) == "openai_chat");
    CHECK(llmr::to_string(llmr::Dialect::ollama) == "ollama");
    CHECK(llmr::to_string(llmr::Operation::chat) == "chat");
    CHECK(llmr::to_string(llmr::Operation::generate) == "generate");
    CHECK(llmr::to_string(llmr::Operation::embed) == "embed");
    CHECK(llmr::to_string(llmr::Operation::legacy_embed) == "legacy_embed");
    CHECK(llmr::to_string(llmr::Locality::local) == "local");
    CHECK(llmr::to_string(llmr::Locality::external) == "external");
    CHECK(llmr::to_string(llmr::UsageSource::none) == "none");
    CHECK(llmr::to_string(llmr::UsageSource::reported) == "reported");
    CHECK(llmr::to_string(llmr::UsageSource::estimated) == "estimated");
    CHECK(llmr::to_string(llmr::AttemptStatus::open) == "open");
    CHECK(llmr::to_string(llmr::AttemptStatus::ok) == "ok");
    CHECK(llmr::to_string(llmr::AttemptStatus::client_cancelled) == "client_cancelled");
    CHECK(llmr::to_string(llmr::AttemptStatus::upstream_cut) == "upstream_cut");
    CHECK(llmr::to_string(llmr::AttemptStatus::error) == "error");
    CHECK(llmr::to_string(llmr::AttemptStatus::interrupted) == "interrupted");
    CHECK(llmr::to_string(llmr::AttemptStatus::refused) == "refused");
}

TEST_CASE("usage totals are the sums of their buckets") {
    const llmr::Usage usage{1, 20, 300, 4000, 50000, llmr::UsageSource::reported};
    CHECK(usage.input_total() == 321);
    CHECK(usage.output_total() == 54000);
}

TEST_CASE("reasons are rendered with the quantity in front") {
    struct Row {
        double value;
        const char* expected;
    };
    const Row rows[] = {{2300, "2,300 tokens"},   {7, "7 tokens"},
                        {999, "999 tokens"},      {1234567, "1,234,567 tokens"},
                        {-1500, "-1,500 tokens"}, {-150, "-150 tokens"},
                        {0.25, "0.25 tokens"},    {0.123456, "0.123 tokens"},
                        {0, "0 tokens"},          {std::nan(""), "tokens"}};
    for (const Row& row : rows)
        CHECK(llmr::render({"tokens", row.value}) == row.expected);
}

TEST_CASE("a classification keeps the first eight reasons") {
    llmr::Classification classification;
    CHECK(classification.begin() == classification.end());
    classification.add_reason("code fence in the last turn");
    for (int i = 0; i < 12; ++i)
        classification.add_reason("n", i);
    CHECK(classification.end() - classification.begin() == 8);
    CHECK(llmr::render(*classification.begin()) == "code fence in the last turn");
    CHECK(llmr::render(*(classification.end() - 1)) == "6 n");
}
