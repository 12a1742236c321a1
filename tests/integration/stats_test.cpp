// What /router/stats says equals what the rows say, to the last digit.
#include <doctest/doctest.h>

#include "core/money.hpp"
#include "daemon/stats_columns.hpp"
#include "storage/queries.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

TEST_CASE("stats are the sums of the rows") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "50"}}));
    const char* texts[] = {
        "What is 2+2?", "Write a Python function to calculate Fibonacci numbers",
        ("Prove by induction that the sum of the first n odd numbers is n squared, "
         "then derive a formula for cubes and compare both proofs in detail.")};
    for (int i = 0; i < 12; ++i) {
        REQUIRE(router.post("/v1/chat/completions", chat_body(texts[i % 3])).status == 200);
    }
    storage::LedgerReader reader(router.db());
    storage::QueryFilter filter;
    filter.limit = 1000;
    auto page = reader.recent(filter);
    REQUIRE(page.has_value());
    REQUIRE(page->rows.size() == 12);
    PicoUsd cost = 0;
    PicoUsd baseline = 0;
    std::int64_t external = 0;
    std::int64_t local_us = 0;
    for (const auto& row : page->rows) {
        cost += row.cost.value();
        baseline += row.baseline.value();
        external += row.query_local ? 0 : 1;
        local_us += row.query_local ? row.total_us : 0;
    }
    const std::string stats = router.get("/router/stats").body;
    CHECK(json_at(stats, "/total_queries") == "12");
    CHECK(json_at(stats, "/external_queries") == std::to_string(external));
    CHECK(external > 0);
    // Exact decimals: compared as text, as they stand in the answer.
    CHECK(stats.find("\"total_cost\":" + format_usd(cost) + ",") != std::string::npos);
    CHECK(stats.find("\"baseline_cost\":" + format_usd(baseline) + ",") != std::string::npos);
    CHECK(stats.find("\"savings\":" + format_usd(baseline - cost) + ",") != std::string::npos);
    const std::int64_t locals = 12 - external;
    CHECK(stats.find("\"avg_local_latency\":" +
                     daemon::seconds_text((local_us + locals / 2) / locals)) != std::string::npos);
    CHECK(json_at(stats, "/target_local_pct") == "50");
    CHECK(json_at(stats, "/on_target") == "true");
}

TEST_CASE("an unknown parameter or a malformed span is refused, not ignored") {
    TestRouter router;
    CHECK(router.get("/router/stats?since=24h").status == 200);
    CHECK(router.get("/router/stats?since=yesterday").status == 400);
    CHECK(router.get("/router/stats?sinze=24h").status == 400);
    CHECK(router.get("/router/queries?limit=0").status == 400);
    CHECK(router.get("/router/queries?type=code&limit=5&locality=local").status == 200);
}

TEST_CASE("metrics are in Prometheus text format and count the queries") {
    TestRouter router;
    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    const HttpAnswer metrics = router.get("/metrics");
    CHECK(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    CHECK(metrics.body.find("# TYPE llm_router_queries_total counter") != std::string::npos);
    CHECK(metrics.body.find("type=\"simple\"") != std::string::npos);
}

TEST_CASE("the statistics name the model that savings are counted against") {
    const TestRouter alone;
    CHECK(json_at(alone.get("/router/stats").body, "/baseline_model") == "gpt-4o-mini");
    const TestRouter router(
        TestRouter::with_external({{"LLM_EXTERNAL_MODEL", "openai/gpt-4o,openai/gpt-4o-mini"}}));
    CHECK(json_at(router.get("/router/stats").body, "/baseline_model") == "gpt-4o");
}
