#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "daemon/table_text.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// What a month would cost, from what was measured. A month is 30 days.
struct ProjectionInput {
    std::int64_t queries = 0;  ///< in the time looked at
    std::int64_t external_queries = 0;
    std::int64_t observed_ms = 0;             ///< how long that time was, an hour at least
    PicoUsd external_cost = 0;                ///< of all attempts that left the machine
    PicoUsd energy_cost = 0;                  ///< of local attempts, an estimate; 0: not known
    PicoUsd baseline_cost = 0;                ///< all tokens at the price of the external model
    std::optional<PicoUsd> cost_per_query;    ///< LLM_EXTERNAL_COST_PER_QUERY: instead of measured
    std::int64_t target_local_ppm = 950'000;  ///< LLM_LOCAL_THRESHOLD, millionths
    std::optional<std::int64_t> asked_queries;  ///< of a month, instead of the measured rate
};

struct ProjectionRow {
    std::int64_t queries = 0;  ///< a month
    PicoUsd current_cost = 0;  ///< at the local share that was measured
    PicoUsd target_cost = 0;   ///< at the local share that is promised
    PicoUsd all_external_cost = 0;
    PicoUsd all_local_cost = 0;
    PicoUsd savings = 0;  ///< all external minus current
    PicoUsd energy = 0;   ///< of the local queries at the measured share, an estimate
    PicoUsd all_local_energy = 0;
    PicoUsd savings_after_energy = 0;
};

struct Projection {
    std::int64_t observed_ms = 0;
    std::int64_t monthly_queries = 0;
    std::int64_t local_ppm = 0;  ///< measured; the target where nothing was
    std::int64_t target_local_ppm = 0;
    PicoUsd cost_per_query = 0;          ///< of a query that goes out
    PicoUsd energy_per_local_query = 0;  ///< rounded, for people: the rows are computed from sums
    const char* source = "none";  ///< configured, measured (external calls), baseline or none
    bool exact = true;            ///< no row of an hour that the range cuts was deleted
    ProjectionRow month;          ///< at the current rate
    std::vector<ProjectionRow> volumes;  ///< of 1,000, 3,000, 10,000 and 30,000 queries
};

/// How far back the rate is measured where nobody says.
inline constexpr std::int64_t kProjectedMs = 30LL * 24 * 3'600'000;

/// `input` with what the ledger says of `range`, as of `now_ms`.
ProjectionInput measured(ProjectionInput input, const storage::Stats& stats,
                         storage::TimeRange range, std::int64_t now_ms);

/// Pure. Integer arithmetic, rounded half up to whole pico-USD.
Projection project(const ProjectionInput& input);

/// The body of GET /router/stats/projection.
std::string projection_text(const Projection& projection, TableFormat format);

}  // namespace llmr::daemon
