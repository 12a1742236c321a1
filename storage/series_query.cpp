#include "storage/series_query.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "storage/edge_rows.hpp"
#include "storage/fast_select.hpp"
#include "storage/group_figures.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::storage {
namespace {

constexpr SpanLevel kKeyLevels[] = {{"key day", kDayMs, /*folded=*/true},
                                    {"key hour", kHourMs, /*folded=*/true},
                                    {"quarter", kQuarterMs, /*folded=*/false}};

/// Table `series` in ranges of one span.
class SeriesRows {
public:
    explicit SeriesRows(SQLite::Database& database) : select_(database, sql()) {}

    void begin(const char* span, std::int64_t from_ms, std::int64_t to_ms) {
        select_.reset();
        select_.bind(1, span);
        select_.bind(2, from_ms);
        select_.bind(3, to_ms);
    }
    bool next() {
        if (!select_.step()) return false;
        int column = 4;
        for (const RollupColumn& figure : rollup_columns())
            sums.*figure.member = select_.integer(column++);
        start_ms = select_.integer(0);
        query_local = select_.integer(2) != 0;
        local = select_.integer(3) != 0;
        return true;
    }
    std::string key_id() { return std::string(select_.text(1)); }

    std::int64_t start_ms = 0;
    bool query_local = false;
    bool local = false;
    RollupSums sums;

private:
    static std::string sql() {
        return fmt::format(
            "SELECT start_ms, key_id, query_local, locality = 'local'{} FROM series "
            "WHERE span = ?1 AND start_ms >= ?2 AND start_ms < ?3",
            each_column(", {0}"));
    }
    FastSelect select_;
};

/// Puts sums into the buckets that whole intervals or instants lie in.
class Buckets {
public:
    explicit Buckets(std::span<const std::int64_t> edges) : edges_(edges) {
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            SeriesPoint& point = points_.emplace_back();
            point.from_ms = edges[i];
            point.to_ms = edges[i + 1];
            point.external.locality = Locality::external;
        }
    }
    /// Null if an edge cuts [start, start + length), or it is outside.
    SeriesPoint* holding(std::int64_t start_ms, std::int64_t length_ms) {
        const auto after = std::upper_bound(edges_.begin(), edges_.end(), start_ms);
        if (after == edges_.begin() || after == edges_.end() || *after < start_ms + length_ms)
            return nullptr;
        return &points_[static_cast<std::size_t>(after - edges_.begin()) - 1];
    }
    std::vector<SeriesPoint> take() { return std::move(points_); }

private:
    std::span<const std::int64_t> edges_;
    std::vector<SeriesPoint> points_;
};

/// The intervals of `length` that have an edge inside, as ranges in order of time, neighbours
/// joined.
std::vector<TimeRange> cut_intervals(std::span<const std::int64_t> edges, std::int64_t length) {
    std::vector<TimeRange> cut;
    for (const std::int64_t edge : edges) {
        const std::int64_t start = floor_to(edge, length);
        if (start == edge) continue;
        if (!cut.empty() && start <= cut.back().to_ms) {
            cut.back().to_ms = start + length;
        } else {
            cut.push_back({start, start + length});
        }
    }
    return cut;
}

void add_spans(SeriesRows& rows, Buckets& buckets, const char* span, std::int64_t length_ms,
               TimeRange range) {
    rows.begin(span, range.from_ms, range.to_ms);
    while (rows.next()) {
        if (SeriesPoint* point = buckets.holding(rows.start_ms, length_ms))
            add_halves(*point, rows.query_local, rows.local, rows.sums);
    }
}

std::int64_t folded_until(SQLite::Database& database) {
    return database.execAndGet("SELECT folded_until_ms FROM totals").getInt64();
}

}  // namespace

std::vector<SeriesPoint> read_series(SQLite::Database& database,
                                     std::span<const std::int64_t> edges) {
    Buckets buckets(edges);
    if (edges.size() < 2) return buckets.take();
    SQLite::Transaction transaction(database);
    const std::int64_t folded = folded_until(database);
    SeriesRows rows(database);
    add_spans(rows, buckets, "hour", kHourMs, {edges.front(), std::min(folded, edges.back())});
    for (const TimeRange& hour : cut_intervals(edges, kHourMs))
        add_spans(rows, buckets, "quarter all", kQuarterMs,
                  {hour.from_ms, std::min(hour.to_ms, folded)});
    add_spans(rows, buckets, "quarter", kQuarterMs,
              {std::max(folded, floor_to(edges.front(), kQuarterMs)), edges.back()});
    EdgeRows attempts(database);
    for (const TimeRange& quarter : cut_intervals(edges, kQuarterMs)) {
        attempts.begin(std::max(quarter.from_ms, edges.front()),
                       std::min(quarter.to_ms, edges.back()));
        while (const AttemptRow* row = attempts.next()) {
            if (SeriesPoint* point = buckets.holding(row->started_ms, 1))
                add_halves(*point, row->query_local, row->locality == Locality::local,
                           contribution(*row));
        }
    }
    return buckets.take();
}

std::vector<GroupTotals> read_by_key(SQLite::Database& database, TimeRange range) {
    SQLite::Transaction transaction(database);
    SeriesRows rows(database);
    EdgeRows attempts(database);
    std::map<std::string, GroupTotals> keys;
    for (const SpanRange& part : cover(range, kKeyLevels, folded_until(database))) {
        if (part.span != nullptr) {
            rows.begin(part.span, part.from_ms, part.to_ms);
            while (rows.next())
                add_all_figures(keys[rows.key_id()], rows.sums);
            continue;
        }
        attempts.begin(part.from_ms, part.to_ms);
        while (const AttemptRow* row = attempts.next())
            add_all_figures(keys[row->key_id], contribution(*row));
    }
    std::vector<GroupTotals> groups;
    for (auto& [name, group] : keys) {
        if (group.attempts == 0) continue;  // everything in it was taken back
        group.name = name;
        groups.push_back(std::move(group));
    }
    busiest_first(groups);
    return groups;
}

}  // namespace llmr::storage
