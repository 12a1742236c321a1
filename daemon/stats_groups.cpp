#include "daemon/stats_groups.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/json.hpp"
#include "daemon/stats_columns.hpp"

namespace llmr::daemon {
namespace {

using storage::GroupTotals;
using storage::SeriesPoint;

constexpr std::array<std::string_view, 7> kGroupBys{"none", "model", "type", "upstream",
                                                    "key",  "day",   "hour"};
/// A series is for a chart or a sheet: a month of hours, or decades of the other steps.
constexpr std::size_t kMostHours = 800;
constexpr std::size_t kMostSteps = 2400;
/// Steps shown where neither from nor since is given.
constexpr std::int64_t kUsualSteps = 30;
constexpr std::int64_t kHourMs = 3'600'000;

std::vector<std::string_view> columns_of(const GroupTable& table) {
    std::vector<std::string_view> columns = table.labels;
    const auto figures = group_column_names();
    columns.insert(columns.end(), figures.begin(), figures.end());
    return columns;
}

std::vector<Cell> cells_of(const GroupTable::Row& row) {
    std::vector<Cell> cells = row.labels;
    append_group_cells(row.figures, cells);
    return cells;
}

Cell local_cell(const GroupTotals& group) {
    return Cell::flag(group.locality == Locality::local);
}

GroupTable table_of(const storage::Stats& stats, GroupBy by) {
    GroupTable table;
    if (by == GroupBy::model) {
        table.labels = {"model", "upstream", "local"};
        for (const GroupTotals& group : stats.by_model)
            table.rows.push_back(
                {{Cell::of(group.name), Cell::of(group.upstream), local_cell(group)}, group});
    } else if (by == GroupBy::upstream) {
        table.labels = {"upstream", "local"};
        for (const GroupTotals& group : stats.by_upstream)
            table.rows.push_back({{Cell::of(group.name), local_cell(group)}, group});
    } else if (by == GroupBy::type) {
        table.labels = {"type"};
        for (const GroupTotals& group : stats.by_type)
            table.rows.push_back({{Cell::of(group.name)}, group});
    } else {
        table.rows.push_back({{}, stats.total});
    }
    return table;
}

GroupTable table_of(const std::vector<GroupTotals>& keys, const KeyNames& names) {
    GroupTable table;
    table.labels = {"key", "key_id"};
    for (const GroupTotals& group : keys) {
        const auto name = names.find(group.name);
        table.rows.push_back(
            {{Cell::of(name == names.end() ? group.name : name->second), Cell::of(group.name)},
             group});
    }
    return table;
}

GroupTable table_of(const std::vector<SeriesPoint>& points, const TimeZone& zone, bool with_empty) {
    GroupTable table;
    table.labels = {"from", "to", "local_queries", "external_queries"};
    for (const SeriesPoint& point : points) {
        if (!with_empty && point.total.attempts == 0) continue;
        table.rows.push_back(
            {{Cell::of(zone.iso8601(point.from_ms)), Cell::of(zone.iso8601(point.to_ms)),
              Cell::number(point.local.queries), Cell::number(point.external.queries)},
             point.total});
    }
    return table;
}

void write_range(JsonWriter& json, const RangeParams& when) {
    json.key("from");
    when.range.from_ms == 0 ? json.null() : json.value(when.zone.iso8601(when.range.from_ms));
    json.key("to");
    const bool open = when.range.to_ms == std::numeric_limits<std::int64_t>::max();
    open ? json.null() : json.value(when.zone.iso8601(when.range.to_ms));
    json.field("tz", when.zone.name());
}

/// `list` names the array; `kind` and `value` say what was asked.
std::string render(const GroupTable& table, TableFormat format, const RangeParams& when,
                   std::string_view kind, std::string_view value, std::string_view list) {
    std::string out;
    const std::vector<std::string_view> columns = columns_of(table);
    if (format != TableFormat::json) {
        TableWriter writer(out, format, columns);
        for (const auto& row : table.rows)
            writer.row(cells_of(row));
        return out;
    }
    JsonWriter json(out);
    json.begin_object();
    write_range(json, when);
    write_exactness(json, table.exact);
    json.field(kind, value).key(list).begin_array();
    for (const auto& row : table.rows) {
        json.begin_object();
        write_cells(json, columns, cells_of(row));
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

Result<GroupTable> with_exactness(GroupTable table, const Result<bool>& exact) {
    if (!exact) return exact.error();
    table.exact = *exact;
    return table;
}

/// Puts usual bounds where none were given: up to the end of the running step, `kUsualSteps` of
/// them.
void bound(RangeParams& when, TimeStep step, std::int64_t now_ms) {
    constexpr std::array<std::int64_t, 4> kLongest{kHourMs, 25 * kHourMs, 7 * 25 * kHourMs,
                                                   31 * 25 * kHourMs};
    const std::int64_t longest = kLongest.at(static_cast<std::size_t>(step));
    if (!when.has_to) {
        const std::int64_t last = std::max(now_ms, when.range.from_ms);
        when.range.to_ms =
            bucket_edges(when.zone, step, last, last + 2 * longest, kMostSteps).value().at(1);
    }
    if (when.has_from) return;
    const std::int64_t back = when.range.to_ms - (kUsualSteps + 1) * longest;
    const auto edges =
        bucket_edges(when.zone, step, std::max<std::int64_t>(back, 0), when.range.to_ms, kMostSteps)
            .value();
    const auto usual = static_cast<std::ptrdiff_t>(kUsualSteps);
    when.range.from_ms = edges.at(
        static_cast<std::size_t>(std::max<std::ptrdiff_t>(std::ssize(edges) - 1 - usual, 0)));
}

Result<GroupTable> read_points(storage::LedgerReader& reader, RangeParams& when, TimeStep step,
                               std::string_view param, std::int64_t now_ms, bool with_empty) {
    bound(when, step, now_ms);
    auto edges = bucket_edges(when.zone, step, when.range.from_ms, when.range.to_ms,
                              step == TimeStep::hour ? kMostHours : kMostSteps);
    if (!edges)
        return Error(Errc::invalid_parameter,
                     edges.error().message + (step == TimeStep::hour ? "; nearest valid: day"
                                                                     : "; nearest valid: month"),
                     std::string(param));
    auto points = reader.series(*edges);
    if (!points) return points.error();
    return with_exactness(table_of(*points, when.zone, with_empty),
                          reader.exact_by_quarter(*edges));
}

}  // namespace

Result<GroupBy> parse_group_by(std::string_view text) {
    if (text.empty()) return GroupBy::none;
    const auto found = std::find(kGroupBys.begin() + 1, kGroupBys.end(), text);
    if (found != kGroupBys.end()) return static_cast<GroupBy>(found - kGroupBys.begin());
    return unknown_choice("group_by", text, {"model", "type", "upstream", "key", "day", "hour"});
}

Result<GroupTable> read_groups(storage::LedgerReader& reader, GroupQuestion& question) {
    if (question.by == GroupBy::day || question.by == GroupBy::hour) {
        const TimeStep step = question.by == GroupBy::day ? TimeStep::day : TimeStep::hour;
        return read_points(reader, question.when, step, "group_by", question.now_ms,
                           /*with_empty=*/false);
    }
    const std::vector<std::int64_t> edges{question.when.range.from_ms, question.when.range.to_ms};
    if (question.by == GroupBy::key) {
        auto keys = reader.by_key(question.when.range);
        if (!keys) return keys.error();
        return with_exactness(table_of(*keys, question.key_names), reader.exact_by_quarter(edges));
    }
    auto stats = reader.stats(question.when.range);
    if (!stats) return stats.error();
    return with_exactness(table_of(*stats, question.by), reader.exact_by_hour(edges));
}

Result<std::string> groups_text(storage::LedgerReader& reader, const GroupQuestion& question) {
    GroupQuestion bounded = question;
    auto table = read_groups(reader, bounded);
    if (!table) return table.error();
    return render(*table, question.format, bounded.when, "group_by",
                  kGroupBys.at(static_cast<std::size_t>(question.by)), "groups");
}

Result<std::string> series_text(storage::LedgerReader& reader, const SeriesQuestion& question) {
    RangeParams when = question.when;
    auto table = read_points(reader, when, question.step, "step", question.now_ms,
                             /*with_empty=*/true);
    if (!table) return table.error();
    return render(*table, question.format, when, "step", to_string(question.step), "series");
}

}  // namespace llmr::daemon
