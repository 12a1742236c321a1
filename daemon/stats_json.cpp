#include "daemon/stats_json.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/text.hpp"

namespace llmr::daemon {
namespace {

using storage::GroupTotals;
using storage::LatencyStats;

std::string average_seconds(const GroupTotals& totals) {
    if (totals.latency_count == 0) return "0";
    return seconds_text((totals.latency_us_sum + totals.latency_count / 2) / totals.latency_count);
}

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
    json.field("queries", totals.queries)
        .field("ok", totals.ok)
        .field("errors", totals.errors)
        .field("cancelled", totals.cancelled)
        .field("attempts", totals.attempts)
        .field("input_tokens", totals.input_tokens)
        .field("output_tokens", totals.output_tokens)
        .raw_field("cost", format_usd(totals.cost_pico))
        .field("cost_unknown_attempts", totals.unknown_cost)
        .raw_field("baseline_cost", format_usd(totals.baseline_pico))
        .raw_field("savings", format_usd(totals.savings_pico))
        .raw_field("avg_latency", average_seconds(totals));
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
    const routing::ShareSnapshot& share = context.share;
    json.key("local_share")
        .begin_object()
        .field("total", share.total)
        .field("external", share.external)
        .field("window_total", share.window_total)
        .field("window_external", share.window_external)
        .field("allowance_now", share.allowance)
        .field("allowance_refused", share.refused)
        .end_object();
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

void write_money(JsonWriter& json, std::string_view name, const std::optional<PicoUsd>& amount) {
    json.key(name);
    if (amount) {
        json.raw(format_usd(*amount));
    } else {
        json.null();
    }
}

void write_row(JsonWriter& json, const storage::AttemptRow& row, std::int64_t rowid) {
    json.begin_object()
        .field("id", rowid)
        .field("request_id", row.request_id)
        .field("attempt", row.attempt)
        .field("decision_seq", row.decision_seq)
        .field("time", iso8601(row.started_ms))
        .field("status", to_string(row.status))
        .field("final", row.final)
        .field("local", row.locality == Locality::local)
        .field("query_local", row.query_local)
        .field("type", to_string(row.type))
        .field("complexity", row.complexity)
        .field("score", row.score)
        .field("upstream", row.upstream)
        .field("model", row.model)
        .field("model_asked", row.model_asked)
        .field("model_served", row.model_served)
        .field("reason", row.reason)
        .field("fallback", row.fallback)
        .field("dialect", to_string(row.dialect))
        .field("operation", to_string(row.operation))
        .field("stream", row.stream)
        .field("input_tokens", row.usage.input_total())
        .field("output_tokens", row.usage.output_total())
        .field("usage_source", to_string(row.usage.source));
    write_money(json, "cost", row.cost);
    write_money(json, "baseline_cost", row.baseline);
    json.raw_field("queue_seconds", seconds_text(row.queue_us))
        .raw_field("first_token_seconds", seconds_text(row.ttft_us))
        .raw_field("total_seconds", seconds_text(row.total_us))
        .field("router_us", row.router_us)
        .field("http_upstream", row.http_upstream)
        .field("http_client", row.http_client)
        .field("finish_reason", row.finish_reason)
        .field("error", row.error_code)
        .field("key_id", row.key_id)
        .field("session", row.session)
        .field("simulated", row.simulated)
        .end_object();
}

}  // namespace

std::string seconds_text(std::int64_t microseconds) {
    if (microseconds == 0) return "0";
    return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
}

double local_percentage(const storage::Stats& stats) {
    if (stats.total.queries == 0) return 100.0;
    return percent(stats.local.queries, stats.total.queries);
}

std::string stats_json(const storage::Stats& stats, const StatsContext& context) {
    std::string body;
    body.reserve(4096);
    JsonWriter json(body);
    json.begin_object();
    write_seed_names(json, stats, context);
    json.raw_field("baseline_cost", format_usd(stats.total.baseline_pico))
        .raw_field("savings", format_usd(stats.total.savings_pico))
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
    json.field("simulated", context.simulated).end_object();
    return body;
}

std::string queries_json(const storage::QueryPage& page) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("queries").begin_array();
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        write_row(json, page.rows[i], page.rowids[i]);
    }
    json.end_array().key("next_before");
    page.next_before_rowid == 0 ? json.null() : json.value(page.next_before_rowid);
    json.end_object();
    return body;
}

}  // namespace llmr::daemon
