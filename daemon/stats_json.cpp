#include "daemon/stats_json.hpp"

#include <cmath>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/text.hpp"
#include "daemon/share_json.hpp"
#include "daemon/stats_columns.hpp"

namespace llmr::daemon {
namespace {

using storage::GroupTotals;
using storage::LatencyStats;

double percent(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : std::round(10000.0 * double(part) / double(whole)) / 100.0;
}

/// Pico-USD per query, rounded to a whole pico-USD.
std::string per_query(PicoUsd amount, std::int64_t queries) {
    return queries == 0 ? "0" : format_usd(amount / queries);
}

void write_latency(JsonWriter& json, std::string_view name, const LatencyStats& latency) {
    json.key(name)
        .begin_object()
        .field("count", latency.count)
        .raw_field("p50", seconds_text(latency.p50_us))
        .raw_field("p90", seconds_text(latency.p90_us))
        .raw_field("p99", seconds_text(latency.p99_us))
        .end_object();
}

void write_totals(JsonWriter& json, const GroupTotals& totals) {
    std::vector<Cell> cells;
    append_group_cells(totals, cells);
    write_cells(json, group_column_names(), cells);
}

/// The keys of the original router's get_metrics().
void write_seed_names(JsonWriter& json, const storage::Stats& stats, const StatsContext& context) {
    const double local = local_percentage(stats);
    json.field("total_queries", stats.total.queries)
        .field("local_queries", stats.local.queries)
        .field("external_queries", stats.external.queries)
        .field("local_percentage", local)
        .field("external_percentage", percent(stats.external.queries, stats.total.queries))
        .raw_field("total_cost", format_usd(stats.total.cost_pico))
        .raw_field("avg_cost_per_query", per_query(stats.total.cost_pico, stats.total.queries))
        .raw_field("avg_local_latency", average_seconds(stats.local))
        .raw_field("avg_external_latency", average_seconds(stats.external))
        .field("target_local_pct", context.target_local_pct)
        .field("on_target", local >= context.target_local_pct);
}

void write_share(JsonWriter& json, const StatsContext& context) {
    json.key("local_share").begin_object();
    write_share_state(json, context.share, context.share_unit);
    for (const SharePeriod& period : context.share_periods)
        json.key(period.name)
            .begin_object()
            .field("from", iso8601(period.from_ms))
            .field("total", period.total)
            .field("external", period.external)
            .field("local_percentage", local_percent(period.total, period.external))
            .end_object();
    json.end_object();
}

void write_budget(JsonWriter& json, const StatsContext& context) {
    json.key("budget").begin_array();
    for (const routing::BudgetState& state : context.budget) {
        const auto name = context.key_names.find(state.key_id);
        json.begin_object()
            .field("key", name == context.key_names.end() ? state.key_id : name->second)
            .field("period", state.period == routing::BudgetPeriod::day ? "day" : "month")
            .raw_field("cap", format_usd(state.cap))
            .raw_field("spent", format_usd(state.spent))
            .raw_field("held", format_usd(state.held))
            .raw_field("left", format_usd(state.cap - state.spent - state.held))
            .raw_field("forecast", format_usd(state.forecast))
            .field("ends", iso8601(state.ends_ms));
        json.key("reached");
        state.reached_ms ? json.value(iso8601(*state.reached_ms)) : json.null();
        json.end_object();
    }
    json.end_array();
}

void write_groups(JsonWriter& json, std::string_view name, const std::vector<GroupTotals>& groups,
                  bool models) {
    json.key(name).begin_array();
    for (const GroupTotals& group : groups) {
        json.begin_object().field(models ? "model" : "type", group.name);
        if (models) {
            json.field("upstream", group.upstream)
                .field("local", group.locality == Locality::local);
        }
        write_totals(json, group);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

double local_percentage(const storage::Stats& stats) {
    return local_percent(stats.total.queries, stats.external.queries);
}

std::string stats_json(const storage::Stats& stats, const StatsContext& context) {
    std::string body;
    body.reserve(4096);
    JsonWriter json(body);
    json.begin_object();
    write_seed_names(json, stats, context);
    json.key("baseline_model");
    context.baseline_model.empty() ? json.null() : json.value(context.baseline_model);
    json.raw_field("baseline_cost", format_usd(stats.total.baseline_pico))
        .raw_field("savings", format_usd(stats.total.savings_pico))
        .raw_field("energy_cost_estimate", format_usd(stats.total.energy_pico))
        .raw_field("savings_after_energy",
                   format_usd(stats.total.savings_pico - stats.total.energy_pico))
        .field("cost_unknown_attempts", stats.total.unknown_cost)
        .field("fallbacks", stats.fallbacks)
        .field("interrupted", stats.interrupted);
    json.key("usage")
        .begin_object()
        .field("input_tokens", stats.total.input_tokens)
        .field("output_tokens", stats.total.output_tokens)
        .field("reported", stats.usage_reported)
        .field("estimated", stats.usage_estimated)
        .end_object();
    write_share(json, context);
    write_budget(json, context);
    json.key("totals").begin_object();
    write_totals(json, stats.total);
    json.end_object();
    json.key("latency").begin_object();
    write_latency(json, "local", stats.latency_local);
    write_latency(json, "external", stats.latency_external);
    json.end_object().key("first_token").begin_object();
    write_latency(json, "local", stats.ttft_local);
    write_latency(json, "external", stats.ttft_external);
    json.end_object();
    write_groups(json, "by_type", stats.by_type, false);
    write_groups(json, "by_model", stats.by_model, true);
    json.key("since");
    context.since_ms == 0 ? json.null() : json.value(iso8601(context.since_ms));
    json.key("until");
    context.until_ms == 0 ? json.null() : json.value(iso8601(context.until_ms));
    write_exactness(json, context.exact);
    json.field("simulated", context.simulated).end_object();
    return body;
}

std::string queries_text(const storage::QueryPage& page, TableFormat format) {
    std::string body;
    if (format != TableFormat::json) {
        const auto names = attempt_column_names();
        TableWriter writer(body, format, {names.begin(), names.end()});
        std::vector<Cell> cells;
        for (std::size_t i = 0; i < page.rows.size(); ++i) {
            cells.clear();
            append_attempt_cells(page.rows[i], page.rowids[i], cells);
            writer.row(cells);
        }
        return body;
    }
    JsonWriter json(body);
    json.begin_object().key("queries").begin_array();
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        cells.clear();
        append_attempt_cells(page.rows[i], page.rowids[i], cells);
        json.begin_object();
        write_cells(json, attempt_column_names(), cells);
        json.end_object();
    }
    json.end_array().key("next_before");
    page.next_before_rowid == 0 ? json.null() : json.value(page.next_before_rowid);
    json.key("next_cursor");
    page.next_before_rowid == 0 ? json.null() : json.value(std::to_string(page.next_before_rowid));
    json.end_object();
    return body;
}

}  // namespace llmr::daemon
