#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "storage/attempt_row.hpp"
#include "storage/range_cover.hpp"

namespace llmr::storage {

/// Latencies in microseconds from the ledger's histogram: the upper edge of the bucket that holds
/// the percentile (buckets grow by at most 10%).
struct LatencyStats {
    std::int64_t count = 0;
    std::int64_t p50_us = 0;
    std::int64_t p90_us = 0;
    std::int64_t p99_us = 0;
};

/// Sums over final attempts unless said otherwise. Averages are the caller's: sum / count. Open
/// rows count nowhere. In `Stats::local` and `Stats::external` the figures of final attempts go by
/// whether the query stayed local, those of all attempts by where the attempt itself ran.
struct GroupTotals {
    std::string name;      ///< type, model, upstream or key id; empty for the total
    std::string upstream;  ///< groups by model
    Locality locality = Locality::local;
    std::int64_t queries = 0;
    std::int64_t ok = 0;
    std::int64_t errors = 0;  ///< final attempts that are neither ok nor client_cancelled
    std::int64_t cancelled = 0;
    std::int64_t attempts = 0;          ///< all attempts
    std::int64_t input_tokens = 0;      ///< all attempts
    std::int64_t output_tokens = 0;     ///< all attempts
    std::int64_t cost_pico = 0;         ///< all attempts with a known cost
    std::int64_t unknown_cost = 0;      ///< attempts with tokens and no price
    std::int64_t baseline_pico = 0;     ///< all attempts with a known baseline
    std::int64_t savings_pico = 0;      ///< baseline - cost where both are known
    std::int64_t energy_pico = 0;       ///< estimate of what local attempts cost in power
    std::int64_t worst_case_costs = 0;  ///< attempts whose cost is the most it can have been
    std::int64_t latency_us_sum = 0;    ///< of final attempts that ended ok
    std::int64_t latency_count = 0;
};

struct Stats {
    GroupTotals total;
    GroupTotals local;  ///< final attempts of queries that stayed local
    GroupTotals external;
    std::int64_t fallbacks = 0;            ///< external attempts that followed a failed one
    std::int64_t interrupted = 0;          ///< attempts
    std::int64_t usage_reported = 0;       ///< attempts
    std::int64_t usage_estimated = 0;      ///< attempts
    std::vector<GroupTotals> by_type;      ///< busiest first
    std::vector<GroupTotals> by_model;     ///< by (model, upstream, locality), busiest first
    std::vector<GroupTotals> by_upstream;  ///< by (upstream, locality), busiest first
    LatencyStats latency_local;  ///< of final attempts that ended ok, by where the query went
    LatencyStats latency_external;
    LatencyStats ttft_local;
    LatencyStats ttft_external;
    std::int64_t first_ms = 0;  ///< started_ms of the rows counted, 0 if none
    std::int64_t last_ms = 0;
};

/// The figures of one step of a time series.
struct SeriesPoint {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    GroupTotals total;
    GroupTotals local;  ///< as in Stats
    GroupTotals external;
};

struct QueryFilter {
    TimeRange range;  ///< of started_ms
    std::optional<QueryType> type;
    std::optional<Locality> locality;
    std::optional<AttemptStatus> status;
    std::string model;
    std::string upstream;
    std::optional<std::string> key_id;  ///< empty: requests without a key
    std::string request_id;
    std::int64_t before_rowid = 0;  ///< paging: rows older than this
    int limit = 50;                 ///< at most 1000
};
struct QueryPage {
    std::vector<AttemptRow> rows;  ///< newest first
    std::vector<std::int64_t> rowids;
    /// `before_rowid` of the next page, 0 at the end. A page may be short without being the last:
    /// looking for rare rows stops after a quarter of a second.
    std::int64_t next_before_rowid = 0;
};

/// Read-only access on a connection of its own. Not thread-safe; opens lazily, never on an I/O
/// thread. Reads come from the rollups and stay short, so checkpoints are not starved.
class LedgerReader {
public:
    explicit LedgerReader(std::string path);
    ~LedgerReader();
    /// Everything recorded at or after `since_ms` (whole hours; 0: all). Error: ledger_unavailable.
    Result<Stats> stats(std::int64_t since_ms);
    /// Everything that began within the range, exactly: whole days and hours from stored sums, the
    /// edges from rows. Error: ledger_unavailable, as for all below.
    Result<Stats> stats(TimeRange range);
    /// The figures by API key (`name` is the key's id), busiest first.
    Result<std::vector<GroupTotals>> by_key(TimeRange range);
    /// One point for each pair of neighbours in `edges`, which are in order of time.
    Result<std::vector<SeriesPoint>> series(const std::vector<std::int64_t>& edges);
    /// Whether stats() of a range with these edges are exact: false where retention has deleted
    /// rows of an hour that an edge cuts.
    Result<bool> exact_by_hour(const std::vector<std::int64_t>& edges);
    /// The same for by_key() and series(), of which quarters of an hour are kept.
    Result<bool> exact_by_quarter(const std::vector<std::int64_t>& edges);
    Result<QueryPage> recent(const QueryFilter& filter);
    /// Whether SQLite called the file damaged in the last call.
    bool found_damage() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::storage
