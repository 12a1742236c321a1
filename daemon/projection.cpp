#include "daemon/projection.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "core/json.hpp"
#include "daemon/stats_columns.hpp"

namespace llmr::daemon {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMonthMs = 30LL * 24 * 3'600'000;
constexpr std::int64_t kLeastObservedMs = 3'600'000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr std::array<std::int64_t, 4> kVolumes{1'000, 3'000, 10'000, 30'000};

constexpr std::array<std::string_view, 9> kColumns{"queries",
                                                   "current_cost",
                                                   "target_cost",
                                                   "all_external_cost",
                                                   "all_local_cost",
                                                   "savings",
                                                   "energy_cost_estimate",
                                                   "all_local_energy_cost_estimate",
                                                   "savings_after_energy"};

/// a * b / c, rounded half up, held at the largest amount.
std::int64_t scaled(std::int64_t a, std::int64_t b, std::int64_t c) {
    const Wide exact = (Wide{a} * b * 2 + c) / (Wide{c} * 2);
    return static_cast<std::int64_t>(
        std::min<Wide>(exact, std::numeric_limits<std::int64_t>::max()));
}

ProjectionRow row_of(std::int64_t queries, const Projection& about, std::int64_t external,
                     std::int64_t total) {
    ProjectionRow row;
    row.queries = queries;
    row.all_external_cost = scaled(queries, about.cost_per_query, 1);
    // The share is used as the fraction it is: rounding it first would show in the cents.
    row.current_cost = scaled(row.all_external_cost, external, total);
    row.target_cost = scaled(row.all_external_cost, kMillion - about.target_local_ppm, kMillion);
    row.savings = row.all_external_cost - row.current_cost;
    return row;
}

/// What the machine's power costs a month: that of a query is the energy of all local attempts over
/// the queries, which at another share grows with the local ones.
void add_energy(ProjectionRow& row, const ProjectionInput& input) {
    const std::int64_t local = input.queries - input.external_queries;
    if (input.queries > 0) row.energy = scaled(row.queries, input.energy_cost, input.queries);
    if (local > 0) row.all_local_energy = scaled(row.queries, input.energy_cost, local);
    row.savings_after_energy = row.savings - row.energy;
}

std::array<Cell, kColumns.size()> cells_of(const ProjectionRow& row) {
    return {Cell::number(row.queries),
            Cell::raw(format_usd(row.current_cost)),
            Cell::raw(format_usd(row.target_cost)),
            Cell::raw(format_usd(row.all_external_cost)),
            Cell::raw(format_usd(row.all_local_cost)),
            Cell::raw(format_usd(row.savings)),
            Cell::raw(format_usd(row.energy)),
            Cell::raw(format_usd(row.all_local_energy)),
            Cell::raw(format_usd(row.savings_after_energy))};
}

/// Millionths as a percentage: 950000 -> "95".
std::string percent_text(std::int64_t ppm) {
    return format_usd(ppm * (kPicoPerUsd / 10'000));
}

}  // namespace

ProjectionInput measured(ProjectionInput input, const storage::Stats& stats,
                         storage::TimeRange range, std::int64_t now_ms) {
    input.queries = stats.total.queries;
    input.external_queries = stats.external.queries;
    input.external_cost = stats.external.cost_pico;
    input.energy_cost = stats.total.energy_pico;
    input.baseline_cost = stats.total.baseline_pico;
    // A ledger that is younger than the range was not idle before.
    const std::int64_t from = std::max(range.from_ms, stats.first_ms);
    // And the first minutes of a new one say little of a month.
    input.observed_ms = std::max(kLeastObservedMs, std::min(range.to_ms, now_ms) - from);
    return input;
}

Projection project(const ProjectionInput& input) {
    Projection out;
    out.observed_ms = input.observed_ms;
    out.target_local_ppm = input.target_local_ppm;
    std::int64_t external = input.external_queries;
    std::int64_t total = input.queries;
    if (total == 0) {
        external = kMillion - input.target_local_ppm;
        total = kMillion;
    }
    out.local_ppm = scaled(total - external, kMillion, total);
    if (input.cost_per_query) {
        out.cost_per_query = *input.cost_per_query;
        out.source = "configured";
    } else if (input.external_queries > 0) {
        out.cost_per_query = scaled(input.external_cost, 1, input.external_queries);
        out.source = "measured";
    } else if (input.queries > 0) {
        out.cost_per_query = scaled(input.baseline_cost, 1, input.queries);
        out.source = "baseline";
    }
    out.monthly_queries = input.asked_queries.value_or(
        input.observed_ms > 0 ? scaled(input.queries, kMonthMs, input.observed_ms) : 0);
    out.month = row_of(out.monthly_queries, out, external, total);
    for (const std::int64_t queries : kVolumes)
        out.volumes.push_back(row_of(queries, out, external, total));
    if (const std::int64_t local = input.queries - input.external_queries; local > 0)
        out.energy_per_local_query = scaled(input.energy_cost, 1, local);
    add_energy(out.month, input);
    for (ProjectionRow& row : out.volumes)
        add_energy(row, input);
    return out;
}

std::string projection_text(const Projection& projection, TableFormat format) {
    std::string out;
    if (format != TableFormat::json) {
        TableWriter writer(out, format, {kColumns.begin(), kColumns.end()});
        writer.row(cells_of(projection.month));
        for (const ProjectionRow& row : projection.volumes)
            writer.row(cells_of(row));
        return out;
    }
    JsonWriter json(out);
    json.begin_object()
        .raw_field("local_percentage", percent_text(projection.local_ppm))
        .raw_field("target_local_pct", percent_text(projection.target_local_ppm))
        .raw_field("external_cost_per_query", format_usd(projection.cost_per_query))
        .field("external_cost_source", projection.source)
        .raw_field("energy_cost_per_local_query_estimate",
                   format_usd(projection.energy_per_local_query))
        .field("observed_seconds", projection.observed_ms / 1000)
        .field("days_per_month", 30);
    write_exactness(json, projection.exact);
    json.key("month").begin_object();
    write_cells(json, kColumns, cells_of(projection.month));
    json.end_object().key("volumes").begin_array();
    for (const ProjectionRow& row : projection.volumes) {
        json.begin_object();
        write_cells(json, kColumns, cells_of(row));
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

}  // namespace llmr::daemon
