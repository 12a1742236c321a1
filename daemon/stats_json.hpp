#pragma once

#include <string>

#include "routing/local_share.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// What the answer of /router/stats says beside the ledger.
struct StatsContext {
    double target_local_pct = 95;
    routing::ShareSnapshot share;
    bool simulated = false;
    std::int64_t since_ms = 0;
};

/// The body of GET /router/stats: the names of the original Python router first
/// (total_queries ... on_target), more after. Money is exact decimal USD as a JSON number;
/// latencies are seconds as exact decimals of microseconds.
std::string stats_json(const storage::Stats& stats, const StatsContext& context);

/// The body of GET /router/queries.
std::string queries_json(const storage::QueryPage& page);

/// sum / count of microseconds, in seconds, rounded half up to whole microseconds: the text that
/// SELECT printf('%.6f', ...) of the same sums gives. "0" when count is 0.
std::string seconds_text(std::int64_t microseconds);

/// The local share in percent, as a person and the seed's metrics mean it: 100 with no queries.
double local_percentage(const storage::Stats& stats);

}  // namespace llmr::daemon
