// Families of what is so at the moment of the scrape.
#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "metrics/families.hpp"
#include "metrics/upstream_label.hpp"

namespace llmr::metrics {
namespace {

constexpr std::array<std::string_view, 3> kLedgerStates{"ok", "spilling", "failing"};

enum class BreakerState : std::uint8_t { closed, half_open, open };
constexpr std::array<std::string_view, 3> kBreakerStates{"closed", "half_open", "open"};

/// The worst breaker of an upstream: over its models and the I/O threads.
BreakerState worst_breaker(const Shards& shards, std::size_t label, SteadyTime now) {
    BreakerState worst = BreakerState::closed;
    for (const auto& shard : shards) {
        const UpstreamShard& upstream = shard->upstreams[label];
        if (now.time_since_epoch().count() < upstream.breakers_rest_until.get())
            return BreakerState::open;
        if (upstream.breakers_tripped.get() > 0) worst = BreakerState::half_open;
    }
    return worst;
}

}  // namespace

void add_share(Families& families, const Gauges& now) {
    families.gauges("llm_router_local_share_ratio",
                    "Share kept local, 0 to 1, in the unit of LLM_LOCAL_SHARE_BY: of everything, "
                    "and of the window of the last decisions");
    families.value(now.local_share, {{"span", "all"}});
    families.value(now.local_share_window, {{"span", "window"}});
    families.gauge("llm_router_local_share_target_ratio", now.local_share_target,
                   "The share that is guaranteed, 0 to 1");
    families.gauge("llm_router_external_allowance", now.allowance,
                   "External queries that the guaranteed share permits now (tokens or micro-USD "
                   "where the share is counted in those)");
    families.gauge("llm_router_allowance_score_cut", now.score_cut,
                   "The score from which on a query would get an external place now");
}

void add_load(Families& families, const Gauges& now) {
    families.gauge("llm_router_open_connections", now.open_connections, "Client connections");
    families.gauge("llm_router_queries_in_flight", now.in_flight, "Queries being answered");
    families.gauge("llm_router_models_installed", now.models_installed,
                   "Models installed on local upstreams");
}

void add_upstreams(Families& families, const std::vector<std::string>& upstreams,
                   const Gauges& now) {
    std::map<std::size_t, bool> up;
    for (std::size_t index = 0; index < now.upstream_up.size(); ++index) {
        const auto label = upstream_label(index, upstreams);
        if (!label || !now.upstream_up[index]) continue;
        const auto entry = up.try_emplace(*label, true).first;
        entry->second = entry->second && *now.upstream_up[index];
    }
    families.gauges("llm_router_upstream_up",
                    "1 if the upstream answered when it was last looked at. External upstreams are "
                    "not asked; their breakers tell");
    for (const auto& [label, is_up] : up)
        families.value(is_up ? 1.0 : 0.0, {{"upstream", upstreams[label]}});

    std::map<std::size_t, LocalQueue> queues;
    for (const LocalQueue& queue : now.local_queues) {
        const auto label = upstream_label(queue.upstream_index, upstreams);
        if (!label) continue;
        queues[*label].waiting += queue.waiting;
        queues[*label].in_flight += queue.in_flight;
    }
    families.gauges("llm_router_local_queries_waiting",
                    "Queries waiting for a slot of a local model");
    for (const auto& [label, queue] : queues)
        families.value(queue.waiting, {{"upstream", upstreams[label]}});
    families.gauges("llm_router_local_queries_in_flight",
                    "Queries that have a slot of a local model");
    for (const auto& [label, queue] : queues)
        families.value(queue.in_flight, {{"upstream", upstreams[label]}});
}

void add_breakers(Families& families, const std::vector<std::string>& upstreams,
                  const Gauges& now) {
    families.gauges(
        "llm_router_breaker_state",
        "1 for the state of the worst of an upstream's breakers (one for each model and "
        "I/O thread)");
    for (std::size_t label = 0; label < upstreams.size(); ++label) {
        const auto worst =
            static_cast<std::size_t>(worst_breaker(families.shards(), label, now.now));
        for (std::size_t state = 0; state < kBreakerStates.size(); ++state)
            families.value(state == worst ? 1.0 : 0.0,
                           {{"upstream", upstreams[label]}, {"state", kBreakerStates[state]}});
    }
    families.counters("llm_router_breaker_opened_total",
                      "Times a breaker of the upstream opened after it had been closed");
    for (std::size_t label = 0; label < upstreams.size(); ++label)
        families.sum(
            [&](const Shard& shard) -> const Counter& {
                return shard.upstreams[label].breakers_opened;
            },
            {{"upstream", upstreams[label]}});
}

void add_ledger(Families& families, const Gauges& now) {
    families.gauge("llm_router_ledger_queue_rows", now.ledger_queue,
                   "Ledger rows neither committed nor in the spill file yet");
    families.gauges("llm_router_ledger_state",
                    "1 for where rows go: ok (the database), spilling (the spill file), failing "
                    "(neither can be written)");
    for (std::size_t state = 0; state < kLedgerStates.size(); ++state)
        families.value(state == now.ledger_state ? 1.0 : 0.0, {{"state", kLedgerStates[state]}});
    families.gauge("llm_router_ledger_spill_rows", now.ledger_spill_waiting,
                   "Ledger rows of this run that wait in the spill file");
    families.counter("llm_router_ledger_failed_commits_total", now.ledger_failed_commits,
                     "Ledger transactions that failed and were tried again");
    families.counter("llm_router_ledger_spilled_rows_total", now.ledger_spilled,
                     "Ledger rows that went to the spill file while the database failed");
    families.counter("llm_router_ledger_dropped_rows_total", now.ledger_rows_dropped,
                     "Ledger rows given up: nothing could be written and the queue was full");
}

void add_budgets(Families& families, const Gauges& now) {
    const auto each = [&](const char* name, double BudgetGauge::* member, const char* help) {
        families.gauges(name, help);
        for (const BudgetGauge& budget : now.budgets)
            families.value(budget.*member, {{"period", budget.period}});
    };
    each("llm_router_budget_cap_usd", &BudgetGauge::cap_usd,
         "Spend cap over all client keys, by UTC period; without a cap there is no series");
    each("llm_router_budget_spent_usd", &BudgetGauge::spent_usd, "Spent in the running period");
    each("llm_router_budget_held_usd", &BudgetGauge::held_usd,
         "Worst cases of the external calls that run");
    each("llm_router_budget_forecast_usd", &BudgetGauge::forecast_usd,
         "Spending at the end of the period, at the rate until now");
}

}  // namespace llmr::metrics
