// What local answers cost in power, from the dispatch to the row and the statistics.
#include <chrono>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;
using namespace std::chrono_literals;

namespace {

storage::AttemptRow only_row(const TestRouter& router) {
    storage::LedgerReader reader(router.db());
    storage::QueryFilter filter;
    auto page = reader.recent(filter);
    REQUIRE(page.has_value());
    REQUIRE(page->rows.size() == 1);
    return page->rows.front();
}

}  // namespace

TEST_CASE("a local answer's energy is power times the time it took") {
    TestRouter router(Environment{{"LLM_LOCAL_WATTS", "120"}, {"LLM_KWH_PRICE", "0.30"}});
    simulator::Behaviour slow;
    slow.first_token_delay = 200ms;
    router.simulator->set_behaviour(slow);
    REQUIRE(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    const storage::AttemptRow row = only_row(router);
    REQUIRE(row.energy.has_value());
    // 120 W at 0.30 USD per kWh are 10 pico-USD each microsecond.
    CHECK(*row.energy >= 10 * 200'000);
    CHECK(*row.energy <= 10 * row.total_us);
    const std::string stats = router.get("/router/stats").body;
    CHECK(stats.find("\"energy_cost_estimate\":" + format_usd(*row.energy)) != stats.npos);
    CHECK(stats.find("\"savings_after_energy\":" + format_usd(*row.baseline - *row.energy)) !=
          stats.npos);
    const std::string month = router.get("/router/stats/projection?queries=1000").body;
    CHECK(json_at(month, "/energy_cost_per_local_query_estimate") ==
          json_at(stats, "/energy_cost_estimate"));
    CHECK(month.find("\"energy_cost_estimate\":" + format_usd(1000 * *row.energy)) != month.npos);
}

TEST_CASE("without a stated power no energy is counted") {
    TestRouter router(Environment{{"LLM_KWH_PRICE", "0.30"}});
    REQUIRE(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    CHECK_FALSE(only_row(router).energy.has_value());
}
