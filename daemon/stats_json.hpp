#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "daemon/share_periods.hpp"
#include "daemon/table_text.hpp"
#include "routing/budget.hpp"
#include "routing/local_share.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// What the answer of /router/stats says beside the ledger.
struct StatsContext {
    double target_local_pct = 95;
    routing::ShareSnapshot share;
    ShareUnit share_unit = ShareUnit::queries;
    std::vector<SharePeriod> share_periods;
    std::vector<routing::BudgetState> budget;
    std::map<std::string, std::string> key_names;  ///< by key id
    std::string baseline_model;  ///< that savings are counted against where a query names none
    bool simulated = false;
    std::int64_t since_ms = 0;  ///< 0: from the first row on
    std::int64_t until_ms = 0;  ///< 0: to the last row
    bool exact = true;          ///< no row of an hour that an edge cuts was deleted
};

/// The body of GET /router/stats: the names of the original Python router first
/// (total_queries ... on_target), more after. Money is exact decimal USD as a JSON number;
/// latencies are seconds as exact decimals of microseconds.
std::string stats_json(const storage::Stats& stats, const StatsContext& context);

/// The body of GET /router/queries. CSV and JSON Lines hold the rows alone.
std::string queries_text(const storage::QueryPage& page, TableFormat format);

/// The local share in percent, as a person and the seed's metrics mean it: 100 with no queries.
double local_percentage(const storage::Stats& stats);

}  // namespace llmr::daemon
