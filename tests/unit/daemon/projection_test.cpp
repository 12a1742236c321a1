#include "daemon/projection.hpp"

#include <doctest/doctest.h>

#include "core/usd_amount.hpp"

using namespace llmr;
using namespace llmr::daemon;

namespace {

/// A price per external query, as LLM_EXTERNAL_COST_PER_QUERY=0.015 gives it.
ProjectionInput configured(std::int64_t queries, std::int64_t external) {
    ProjectionInput input;
    input.queries = queries;
    input.external_queries = external;
    input.observed_ms = 30LL * 24 * 3'600'000;
    input.cost_per_query = parse_usd_amount("0.015").value();
    return input;
}

}  // namespace

TEST_CASE("the tables of the original router come out to the cent") {
    struct Row {
        std::int64_t queries;
        const char* at_95;
        const char* all_external;
        const char* saved;
    };
    const Row table[] = {{1'000, "0.75", "15", "14.25"},
                         {3'000, "2.25", "45", "42.75"},
                         {10'000, "7.5", "150", "142.5"},
                         {30'000, "22.5", "450", "427.5"}};
    // With nothing recorded, with a share that is exactly 95%, and with another one.
    for (const ProjectionInput& input : {configured(0, 0), configured(200, 10), configured(7, 3)}) {
        const Projection projection = project(input);
        REQUIRE(projection.volumes.size() == std::size(table));
        for (std::size_t i = 0; i < std::size(table); ++i) {
            const ProjectionRow& row = projection.volumes[i];
            CHECK(row.queries == table[i].queries);
            CHECK(format_usd(row.target_cost) == table[i].at_95);
            CHECK(format_usd(row.all_external_cost) == table[i].all_external);
            CHECK(row.all_local_cost == 0);
            if (input.queries == 7) continue;
            CHECK(format_usd(row.current_cost) == table[i].at_95);
            CHECK(format_usd(row.savings) == table[i].saved);
        }
    }
}

TEST_CASE("a month is the measured rate at the measured share and cost") {
    ProjectionInput input;
    input.queries = 700;
    input.external_queries = 7;
    input.observed_ms = 7LL * 24 * 3'600'000;
    input.external_cost = parse_usd_amount("0.0035").value();
    const Projection projection = project(input);
    CHECK(projection.monthly_queries == 3000);
    CHECK(projection.local_ppm == 990'000);
    CHECK(format_usd(projection.cost_per_query) == "0.0005");
    CHECK(std::string(projection.source) == "measured");
    CHECK(format_usd(projection.month.current_cost) == "0.015");
    CHECK(format_usd(projection.month.all_external_cost) == "1.5");
}

TEST_CASE("with no external query yet the baseline is the price, with no query at all nothing is") {
    ProjectionInput input;
    input.queries = 4;
    input.baseline_cost = 10;
    CHECK(project(input).cost_per_query == 3);  // 2.5, half up
    CHECK(std::string(project(input).source) == "baseline");
    CHECK(std::string(project(ProjectionInput{}).source) == "none");
    CHECK(project(ProjectionInput{}).month.all_external_cost == 0);
}

TEST_CASE("energy grows with the queries that stay local, and lowers what is saved") {
    ProjectionInput input;
    input.queries = 100;
    input.external_queries = 20;
    input.observed_ms = 3LL * 24 * 3'600'000;
    input.external_cost = 20 * 5'000;
    input.energy_cost = 80 * 7;
    const Projection projection = project(input);
    CHECK(projection.energy_per_local_query == 7);
    const ProjectionRow& month = projection.month;
    CHECK(month.queries == 1'000);
    CHECK(month.savings == 1'000 * 5'000 - 200 * 5'000);
    CHECK(month.energy == 800 * 7);
    CHECK(month.all_local_energy == 1'000 * 7);
    CHECK(month.savings_after_energy == month.savings - 800 * 7);
    CHECK(projection.volumes.back().energy == 24'000 * 7);
    const std::string text = projection_text(projection, TableFormat::json);
    CHECK(text.find(R"("energy_cost_per_local_query_estimate":0.000000000007)") !=
          std::string::npos);
    CHECK(text.find(R"("savings_after_energy":0.0000039944)") != std::string::npos);
}

TEST_CASE("without energy, without local queries or without any, savings are the same after it") {
    ProjectionInput all_external;
    all_external.queries = all_external.external_queries = 10;
    all_external.energy_cost = 30;  // of local attempts that failed
    all_external.cost_per_query = 100;
    const Projection projection = project(all_external);
    CHECK(projection.energy_per_local_query == 0);
    CHECK(projection.volumes.front().energy == 3'000);
    CHECK(projection.volumes.front().all_local_energy == 0);
    CHECK(project(configured(200, 10)).month.energy == 0);
    CHECK(project(configured(200, 10)).month.savings_after_energy ==
          project(configured(200, 10)).month.savings);
    CHECK(project(configured(0, 0)).volumes.back().energy == 0);
}
