#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/types.hpp"

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

/// The queries of a local upstream, over all of its models.
struct LocalQueue {
    std::size_t upstream_index = 0;
    std::int64_t waiting = 0;    ///< for a slot
    std::int64_t in_flight = 0;  ///< slots held
};

/// Values read at scrape time.
struct Gauges {
    double local_share_percent = 100;
    double local_share_target_percent = 95;
    std::int64_t allowance = 0;
    std::int64_t open_connections = 0;
    std::int64_t in_flight = 0;
    std::int64_t ledger_queue = 0;
    std::int64_t ledger_failed_commits = 0;
    std::int64_t ledger_spilled = 0;       ///< rows that went to the spill file
    std::int64_t ledger_rows_dropped = 0;  ///< rows given up
    std::int64_t ledger_state = 0;         ///< 0: ok, 1: spilling, 2: failing
    std::int64_t models_installed = 0;
    std::vector<bool> upstream_up;         ///< by upstream index
    std::vector<LocalQueue> local_queues;  ///< of the local upstreams
};

/// Counters in one shard per I/O thread (relaxed atomics, no lock), merged when scraped and written
/// by prometheus-cpp's text serializer. Label values come from closed sets (upstream names of the
/// configuration, enums): nothing a client sends becomes a label.
class Metrics {
public:
    Metrics(int shards, std::vector<std::string> upstream_names, std::string version);
    ~Metrics();

    /// Only from the thread that owns the shard.
    void observe(int shard, const AttemptSample& sample);
    void count_http(int shard, int status);
    void count_rejected_head(int shard);
    /// A query whose client got this error.
    void count_refusal(int shard, Refusal reason);
    /// A query that the retry budget kept from a further attempt.
    void count_retry_denied(int shard);
    /// Prometheus text format. Any thread.
    std::string render(const Gauges& gauges) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace llmr::metrics
