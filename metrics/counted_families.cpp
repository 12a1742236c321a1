// Families of what I/O threads and the storage thread have counted.
#include <array>

#include "core/money.hpp"
#include "metrics/families.hpp"

namespace llmr::metrics {
namespace {

constexpr std::array kLocalityOrder{Locality::local, Locality::external};
constexpr std::array<std::string_view, kDirections> kDirectionNames{"input", "output"};
constexpr std::array<std::string_view, kStatusClasses> kClassNames{"1xx", "2xx", "3xx", "4xx",
                                                                   "5xx"};
constexpr std::array<std::string_view, kRefusals> kRefusalNames{"queue_full", "deadline"};
constexpr std::array<std::string_view, kAllowances> kAllowanceNames{"granted", "refused",
                                                                    "below_cut"};
/// A finished attempt is never open, so that label value would only ever be 0.
constexpr std::size_t kFirstStatus = static_cast<std::size_t>(AttemptStatus::open) + 1;

std::string_view status_name(std::size_t index) {
    return to_string(static_cast<AttemptStatus>(index));
}

/// Summed as integers; only the scraped figure is a double.
double usd(std::int64_t pico) {
    return static_cast<double>(pico) / static_cast<double>(kPicoPerUsd);
}

}  // namespace

void add_queries(Families& families) {
    families.counters("llm_router_queries_total",
                      "Queries by type, by whether they stayed local, and by how they ended");
    for (const QueryType type : kAllQueryTypes)
        for (const Locality locality : kLocalityOrder)
            for (std::size_t status = kFirstStatus; status < kStatuses; ++status)
                families.sum(
                    [&](const Shard& shard) -> const Counter& {
                        return shard.queries[static_cast<std::size_t>(type)]
                                            [static_cast<std::size_t>(locality)][status];
                    },
                    {{"type", to_string(type)},
                     {"locality", to_string(locality)},
                     {"status", status_name(status)}});
    families.counters("llm_router_queries_refused_total",
                      "Queries whose client was told that a queue is full, or a deadline not kept");
    for (std::size_t index = 0; index < kRefusals; ++index)
        families.sum([&](const Shard& shard) -> const Counter& { return shard.refusals[index]; },
                     {{"reason", kRefusalNames[index]}});
    families.counters("llm_router_allowance_requests_total",
                      "Queries that would gain from an external model, by what the local share "
                      "answered");
    for (std::size_t index = 0; index < kAllowances; ++index)
        families.sum([&](const Shard& shard) -> const Counter& { return shard.allowance[index]; },
                     {{"result", kAllowanceNames[index]}});
    families.counters("llm_router_retries_denied_total",
                      "Queries that the retry budget kept from a further attempt");
    families.sum([](const Shard& shard) -> const Counter& { return shard.retries_denied; });
}

void add_attempts(Families& families, const std::vector<std::string>& upstreams) {
    families.counters("llm_router_attempts_total",
                      "Attempts by upstream, by where tokens were computed, and by how they ended");
    for (std::size_t upstream = 0; upstream < upstreams.size(); ++upstream)
        for (const Locality locality : kLocalityOrder)
            for (std::size_t status = kFirstStatus; status < kStatuses; ++status)
                families.sum(
                    [&](const Shard& shard) -> const Counter& {
                        return shard.upstreams[upstream]
                            .attempts[static_cast<std::size_t>(locality)][status];
                    },
                    {{"upstream", upstreams[upstream]},
                     {"locality", to_string(locality)},
                     {"status", status_name(status)}});
    families.counters("llm_router_load_waits_total",
                      "Answers that waited for their model to be loaded, as the upstream reports");
    for (std::size_t index = 0; index < upstreams.size(); ++index)
        families.sum(
            [&](const Shard& shard) -> const Counter& { return shard.upstreams[index].load_waits; },
            {{"upstream", upstreams[index]}});
}

void add_tokens_and_cost(Families& families, const std::vector<std::string>& upstreams) {
    families.counters("llm_router_tokens_total", "Tokens of all attempts");
    for (const Locality locality : kLocalityOrder)
        for (std::size_t direction = 0; direction < kDirections; ++direction)
            families.sum(
                [&](const Shard& shard) -> const Counter& {
                    return shard.tokens[static_cast<std::size_t>(locality)][direction];
                },
                {{"locality", to_string(locality)}, {"direction", kDirectionNames[direction]}});
    families.counters(
        "llm_router_cost_usd_total",
        "Cost of all attempts with a known price; the ledger holds the exact amounts");
    for (std::size_t index = 0; index < upstreams.size(); ++index)
        families.value(usd(families.total([&](const Shard& shard) -> const Counter& {
                           return shard.upstreams[index].cost_pico;
                       })),
                       {{"upstream", upstreams[index]}});
    families.counter("llm_router_baseline_cost_usd_total",
                     usd(families.total(
                         [](const Shard& shard) -> const Counter& { return shard.baseline_pico; })),
                     "What the same tokens would have cost at the baseline model's price");
    families.gauge(
        "llm_router_savings_usd",
        usd(families.total([](const Shard& shard) -> const Counter& { return shard.saved_pico; })),
        "Baseline minus cost since the start, of the attempts where both are known");
    families.counters("llm_router_cost_unknown_total",
                      "Attempts that used tokens at an unknown price");
    families.sum([](const Shard& shard) -> const Counter& { return shard.cost_unknown; });
}

void add_answers(Families& families) {
    families.counters("llm_router_truncated_prompts_total",
                      "Attempts whose prompt Ollama cut to its context");
    families.sum([](const Shard& shard) -> const Counter& { return shard.truncated; });
    families.counters(
        "llm_router_usage_inconsistent_total",
        "Attempts whose reported token counts contradict each other; marked estimated");
    families.sum([](const Shard& shard) -> const Counter& { return shard.usage_inconsistent; });
    families.counters("llm_router_conversation_switches_total",
                      "Answers whose conversation had its last answer from another model");
    families.sum([](const Shard& shard) -> const Counter& { return shard.conversation_switches; });
}

void add_durations(Families& families) {
    families.histograms("llm_router_query_duration_seconds",
                        "From the request's arrival to the end of the last attempt");
    for (const Locality locality : kLocalityOrder)
        families.histogram(
            [&](const Shard& shard) -> const WaitHistogram& {
                return shard.query_duration[static_cast<std::size_t>(locality)];
            },
            {{"locality", to_string(locality)}});
    families.histograms("llm_router_time_to_first_token_seconds",
                        "From the request's arrival to the first content byte of the upstream");
    for (const Locality locality : kLocalityOrder)
        families.histogram(
            [&](const Shard& shard) -> const WaitHistogram& {
                return shard.first_token[static_cast<std::size_t>(locality)];
            },
            {{"locality", to_string(locality)}});
    families.histograms("llm_router_queue_wait_seconds",
                        "How long queries waited for a slot of their local model; those that left "
                        "without one count too");
    families.histogram([](const Shard& shard) -> const WaitHistogram& { return shard.queue_wait; });
    families.histograms("llm_router_overhead_seconds",
                        "The router's own time before the upstream was asked");
    families.histogram([](const Shard& shard) -> const WorkHistogram& { return shard.overhead; });
    families.histograms("llm_router_classification_seconds",
                        "Extracting a query's features and classifying it");
    families.histogram(
        [](const Shard& shard) -> const WorkHistogram& { return shard.classification; });
}

void add_http(Families& families) {
    families.counters("llm_router_http_responses_total", "Responses by class of status");
    for (std::size_t index = 0; index < kStatusClasses; ++index)
        families.sum([&](const Shard& shard) -> const Counter& { return shard.http[index]; },
                     {{"status", kClassNames[index]}});
    families.counters("llm_router_http_rejected_heads_total",
                      "Requests refused for their head alone");
    families.sum([](const Shard& shard) -> const Counter& { return shard.rejected_heads; });
}

void add_ledger_commits(Families& families, const LedgerShard& ledger) {
    families.histograms("llm_router_ledger_commit_rows", "Ledger rows written in one transaction");
    families.one_histogram(ledger.rows);
    families.histograms("llm_router_ledger_commit_lag_seconds",
                        "From a row being queued to its being durable");
    families.one_histogram(ledger.lag);
    families.histograms("llm_router_ledger_commit_duration_seconds",
                        "How long one transaction of the ledger took");
    families.one_histogram(ledger.duration);
}

}  // namespace llmr::metrics
