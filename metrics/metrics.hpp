#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/types.hpp"
#include "metrics/exposition.hpp"

namespace llmr::metrics {

/// One finished attempt, for counting.
struct AttemptSample {
    std::size_t upstream_index = 0;
    Locality locality = Locality::local;
    QueryType type = QueryType::simple;
    Dialect dialect = Dialect::openai_chat;
    AttemptStatus status = AttemptStatus::ok;
    bool final = true;
    bool query_local = true;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t cost_pico = 0;
    std::int64_t baseline_pico = 0;  ///< the same tokens at the baseline model's price
    std::int64_t saved_pico = 0;     ///< baseline minus cost, where both are known
    bool cost_unknown = false;
    bool truncated = false;           ///< Ollama cut the prompt
    bool usage_inconsistent = false;  ///< the upstream's counts contradict each other
    bool waited_for_load = false;     ///< its model had to be loaded, the answer says
    bool switched = false;            ///< the conversation's last answer came from another model
    std::int64_t total_us = 0;
    std::int64_t ttft_us = 0;
    std::int64_t router_us = 0;
};

/// Why a query was refused, or given up.
enum class Refusal : std::uint8_t {
    queue_full,
    deadline  ///< its own, or the router's limit
};

/// What the local share answered to a query that would gain from an external model.
enum class Allowance : std::uint8_t {
    granted,
    refused,   ///< used up
    below_cut  ///< kept for queries with higher scores
};

/// The breakers of one upstream on one I/O thread, over all of its models.
struct BreakerFigures {
    std::int64_t tripped = 0;  ///< not closed
    /// When the last of them lets a trial through; a rest that the upstream asked for counts too.
    SteadyTime open_until = SteadyTime::min();
};

/// One transaction of the ledger, or one append to its spill file.
struct CommitSample {
    std::span<const std::int64_t> lags_us;  ///< of each row, from being queued to being durable
    std::int64_t duration_us = 0;
};

/// The queries of a local upstream, over all of its models.
struct LocalQueue {
    std::size_t upstream_index = 0;
    std::int64_t waiting = 0;    ///< for a slot
    std::int64_t in_flight = 0;  ///< slots held
};

/// A spend cap over all client keys.
struct BudgetGauge {
    std::string period;  ///< day, month
    double cap_usd = 0;
    double spent_usd = 0;
    double held_usd = 0;
    double forecast_usd = 0;
};

/// Values read at scrape time.
struct Gauges {
    SteadyTime now = steady_now();
    double local_share = 1;         ///< of all decisions, 0 to 1
    double local_share_window = 1;  ///< of those in the window
    double local_share_target = 0.95;
    std::int64_t allowance = 0;
    double score_cut = 0;
    std::int64_t open_connections = 0;
    std::int64_t in_flight = 0;
    std::int64_t ledger_queue = 0;
    std::int64_t ledger_failed_commits = 0;
    std::int64_t ledger_spilled = 0;        ///< rows that went to the spill file
    std::int64_t ledger_spill_waiting = 0;  ///< rows that are in it
    std::int64_t ledger_rows_dropped = 0;   ///< rows given up
    std::size_t ledger_state = 0;           ///< 0: ok, 1: spilling, 2: failing
    std::int64_t models_installed = 0;
    /// By upstream index; nothing: nobody looks at it but by its traffic.
    std::vector<std::optional<bool>> upstream_up;
    std::vector<LocalQueue> local_queues;  ///< of the local upstreams
    std::vector<BudgetGauge> budgets;
};

/// Upstreams beyond so many share the label `_other`. With it no configuration has more than 2,000
/// series.
inline constexpr std::size_t kMostUpstreamLabels = 64;

/// Counters in one shard per I/O thread (relaxed atomics, no lock), merged when scraped. Label
/// values come from closed sets (upstream names of the configuration, enums): nothing a client
/// sends becomes a label.
class Metrics {
public:
    Metrics(int shards, std::vector<std::string> upstream_names, std::string version);
    ~Metrics();

    // Only from the thread that owns the shard.
    void observe(int shard, const AttemptSample& sample);
    /// How long extracting features and classifying took.
    void observe_classification(int shard, std::int64_t micros);
    /// How long a query waited for a slot of its local model, whether it got one or left.
    void observe_queue_wait(int shard, std::int64_t micros);
    void count_http(int shard, int status);
    void count_rejected_head(int shard);
    void count_allowance(int shard, Allowance answer);
    /// A query whose client got this error.
    void count_refusal(int shard, Refusal reason);
    /// A query that the retry budget kept from a further attempt.
    void count_retry_denied(int shard);
    void count_breaker_opened(int shard, std::size_t upstream_index);
    void set_breakers(int shard, std::size_t upstream_index, const BreakerFigures& figures);

    /// Only from the storage thread.
    void observe_commit(const CommitSample& sample);

    /// Every family in the given format. Any thread.
    std::string render(const Gauges& gauges, Format format = Format::prometheus) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::metrics
