#include "daemon/stats_columns.hpp"

#include <array>

#include <fmt/format.h>

#include "core/money.hpp"
#include "core/text.hpp"

namespace llmr::daemon {
namespace {

using storage::AttemptRow;
using storage::GroupTotals;

constexpr std::array<std::string_view, 15> kGroupNames{"queries",
                                                       "ok",
                                                       "errors",
                                                       "cancelled",
                                                       "attempts",
                                                       "input_tokens",
                                                       "output_tokens",
                                                       "cost",
                                                       "cost_unknown_attempts",
                                                       "baseline_cost",
                                                       "savings",
                                                       "avg_latency",
                                                       "cost_worst_case_attempts",
                                                       "energy_cost_estimate",
                                                       "savings_after_energy"};

constexpr std::array<std::string_view, 47> kAttemptNames{"id",
                                                         "request_id",
                                                         "attempt",
                                                         "decision_seq",
                                                         "time",
                                                         "status",
                                                         "final",
                                                         "local",
                                                         "query_local",
                                                         "type",
                                                         "complexity",
                                                         "score",
                                                         "upstream",
                                                         "model",
                                                         "model_asked",
                                                         "model_served",
                                                         "reason",
                                                         "fallback",
                                                         "dialect",
                                                         "operation",
                                                         "stream",
                                                         "input_tokens",
                                                         "output_tokens",
                                                         "input_uncached",
                                                         "cache_read",
                                                         "cache_write",
                                                         "reasoning",
                                                         "usage_source",
                                                         "cost",
                                                         "baseline_cost",
                                                         "queue_seconds",
                                                         "first_token_seconds",
                                                         "total_seconds",
                                                         "router_us",
                                                         "http_upstream",
                                                         "http_client",
                                                         "finish_reason",
                                                         "error",
                                                         "key_id",
                                                         "session",
                                                         "simulated",
                                                         "energy_cost_estimate",
                                                         "cost_worst_case",
                                                         "cache_write_1h",
                                                         "service_tier",
                                                         "num_ctx",
                                                         "truncated"};

Cell money(const std::optional<PicoUsd>& amount) {
    return amount ? Cell::raw(format_usd(*amount)) : Cell::null();
}

PicoUsd after_energy(const GroupTotals& totals) {
    return totals.savings_pico - totals.energy_pico;
}

std::string double_text(double value) {
    std::string text;
    JsonWriter(text).value(value);
    return text;
}

}  // namespace

std::string seconds_text(std::int64_t microseconds) {
    if (microseconds == 0) return "0";
    return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
}

std::string average_seconds(const GroupTotals& totals) {
    if (totals.latency_count == 0) return "0";
    return seconds_text((totals.latency_us_sum + totals.latency_count / 2) / totals.latency_count);
}

std::span<const std::string_view> group_column_names() {
    return kGroupNames;
}

void append_group_cells(const GroupTotals& totals, std::vector<Cell>& cells) {
    const Cell added[kGroupNames.size()] = {Cell::number(totals.queries),
                                            Cell::number(totals.ok),
                                            Cell::number(totals.errors),
                                            Cell::number(totals.cancelled),
                                            Cell::number(totals.attempts),
                                            Cell::number(totals.input_tokens),
                                            Cell::number(totals.output_tokens),
                                            Cell::raw(format_usd(totals.cost_pico)),
                                            Cell::number(totals.unknown_cost),
                                            Cell::raw(format_usd(totals.baseline_pico)),
                                            Cell::raw(format_usd(totals.savings_pico)),
                                            Cell::raw(average_seconds(totals)),
                                            Cell::number(totals.worst_case_costs),
                                            Cell::raw(format_usd(totals.energy_pico)),
                                            Cell::raw(format_usd(after_energy(totals)))};
    cells.insert(cells.end(), std::begin(added), std::end(added));
}

std::span<const std::string_view> attempt_column_names() {
    return kAttemptNames;
}

void append_attempt_cells(const AttemptRow& row, std::int64_t rowid, std::vector<Cell>& cells) {
    const Cell added[kAttemptNames.size()] = {Cell::number(rowid),
                                              Cell::of(row.request_id),
                                              Cell::number(row.attempt),
                                              Cell::number(row.decision_seq),
                                              Cell::of(iso8601(row.started_ms)),
                                              Cell::of(to_string(row.status)),
                                              Cell::flag(row.final),
                                              Cell::flag(row.locality == Locality::local),
                                              Cell::flag(row.query_local),
                                              Cell::of(to_string(row.type)),
                                              Cell::number(row.complexity),
                                              Cell::raw(double_text(row.score)),
                                              Cell::of(row.upstream),
                                              Cell::of(row.model),
                                              Cell::of(row.model_asked),
                                              Cell::of(row.model_served),
                                              Cell::of(row.reason),
                                              Cell::flag(row.fallback),
                                              Cell::of(to_string(row.dialect)),
                                              Cell::of(to_string(row.operation)),
                                              Cell::flag(row.stream),
                                              Cell::number(row.usage.input_total()),
                                              Cell::number(row.usage.output_total()),
                                              Cell::number(row.usage.input_uncached),
                                              Cell::number(row.usage.cache_read),
                                              Cell::number(row.usage.cache_write),
                                              Cell::number(row.usage.reasoning),
                                              Cell::of(to_string(row.usage.source)),
                                              money(row.cost),
                                              money(row.baseline),
                                              Cell::raw(seconds_text(row.queue_us)),
                                              Cell::raw(seconds_text(row.ttft_us)),
                                              Cell::raw(seconds_text(row.total_us)),
                                              Cell::number(row.router_us),
                                              Cell::number(row.http_upstream),
                                              Cell::number(row.http_client),
                                              Cell::of(row.finish_reason),
                                              Cell::of(row.error_code),
                                              Cell::of(row.key_id),
                                              Cell::of(row.session),
                                              Cell::flag(row.simulated),
                                              money(row.energy),
                                              Cell::flag(row.cost_worst_case),
                                              Cell::number(row.usage.cache_write_1h),
                                              Cell::of(row.service_tier),
                                              Cell::number(row.num_ctx),
                                              Cell::flag(row.truncated)};
    cells.insert(cells.end(), std::begin(added), std::end(added));
}

void write_exactness(JsonWriter& json, bool exact) {
    json.field("exact", exact);
    if (!exact)
        json.field("inexact_reason",
                   "rows of an hour that the range cuts were deleted (LLM_RETENTION_DAYS, "
                   "LLM_LEDGER_MAX_MB)");
}

void write_cells(JsonWriter& json, std::span<const std::string_view> names,
                 std::span<const Cell> cells) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        json.key(names[i]);
        if (cells[i].quoted) {
            json.value(cells[i].text);
        } else {
            json.raw(cells[i].text.empty() ? "null" : cells[i].text);
        }
    }
}

}  // namespace llmr::daemon
