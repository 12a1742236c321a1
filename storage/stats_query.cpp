#include "storage/stats_query.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "storage/edge_rows.hpp"
#include "storage/fast_select.hpp"
#include "storage/group_figures.hpp"
#include "storage/latency_histogram.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::storage {
namespace {

/// Rollups exist for every hour; days and 'all' hold the hours before totals.folded_until_ms.
constexpr SpanLevel kLevels[] = {{"day", kDayMs, /*folded=*/true},
                                 {"hour", kHourMs, /*folded=*/false}};

constexpr SpanLevel kLatencyLevels[] = {
    {"64 days", 64 * kDayMs, /*folded=*/true}, {"16 days", 16 * kDayMs, /*folded=*/true},
    {"4 days", 4 * kDayMs, /*folded=*/true},   {"day", kDayMs, /*folded=*/true},
    {"6 hours", 6 * kHourMs, /*folded=*/true}, {"hour", kHourMs, /*folded=*/false}};

/// What no level fits is the same for both: parts of hours.
std::vector<SpanRange> cover_by(std::span<const SpanLevel> levels, TimeRange range,
                                std::int64_t folded_until_ms) {
    if (!range.is_everything()) return cover(range, levels, folded_until_ms);
    return {{"all", 0, range.to_ms}, {"hour", folded_until_ms, range.to_ms}};
}

struct RollupKey {
    bool query_local;
    std::string type;
    std::string model;
    std::string upstream;
    bool local;
};

/// Adds rollups up into Stats.
class StatsBuilder {
public:
    void add(const RollupKey& key, const RollupSums& sums, std::int64_t first_ms,
             std::int64_t last_ms) {
        if (sums == RollupSums{}) return;  // everything in it was taken back
        add_halves(stats_, key.query_local, key.local, sums);
        add_all_figures(types_[key.type], sums);
        add_all_figures(models_[{key.model, key.upstream, key.local}], sums);
        add_all_figures(upstreams_[{key.upstream, key.local}], sums);
        stats_.fallbacks += sums.fallbacks;
        stats_.interrupted += sums.interrupted;
        stats_.usage_reported += sums.usage_reported;
        stats_.usage_estimated += sums.usage_estimated;
        stats_.first_ms = stats_.first_ms == 0 ? first_ms : std::min(stats_.first_ms, first_ms);
        stats_.last_ms = std::max(stats_.last_ms, last_ms);
    }

    Stats finish() && {
        stats_.local.locality = Locality::local;
        stats_.external.locality = Locality::external;
        for (auto& [name, group] : types_) {
            group.name = name;
            stats_.by_type.push_back(std::move(group));
        }
        for (auto& [key, group] : models_) {
            const auto& [name, upstream, local] = key;
            group.name = name;
            group.upstream = upstream;
            group.locality = local ? Locality::local : Locality::external;
            stats_.by_model.push_back(std::move(group));
        }
        for (auto& [key, group] : upstreams_) {
            group.name = key.first;
            group.locality = key.second ? Locality::local : Locality::external;
            stats_.by_upstream.push_back(std::move(group));
        }
        for (auto* groups : {&stats_.by_type, &stats_.by_model, &stats_.by_upstream})
            busiest_first(*groups);
        return std::move(stats_);
    }

private:
    Stats stats_;
    std::map<std::string, GroupTotals> types_;
    std::map<std::tuple<std::string, std::string, bool>, GroupTotals> models_;
    std::map<std::pair<std::string, bool>, GroupTotals> upstreams_;
};

void bind_range(FastSelect& statement, const SpanRange& range) {
    statement.reset();
    statement.bind(1, range.span);
    statement.bind(2, range.from_ms);
    statement.bind(3, range.to_ms);
}

void read_groups(SQLite::Database& database, std::span<const SpanRange> ranges,
                 StatsBuilder& builder) {
    FastSelect select(
        database, fmt::format("SELECT query_local, type, model, upstream, locality = 'local', "
                              "first_ms, last_ms{} FROM rollups WHERE span = ?1 AND start_ms >= "
                              "?2 AND start_ms < ?3",
                              each_column(", {0}")));
    for (const SpanRange& range : ranges) {
        if (range.span == nullptr) continue;
        bind_range(select, range);
        while (select.step()) {
            RollupSums sums;
            int column = 7;
            for (const RollupColumn& figure : rollup_columns())
                sums.*figure.member = select.integer(column++);
            builder.add(
                {select.integer(0) != 0, std::string(select.text(1)), std::string(select.text(2)),
                 std::string(select.text(3)), select.integer(4) != 0},
                sums, select.integer(5), select.integer(6));
        }
    }
}

/// By ttft or not, local or not.
struct Histograms {
    LatencyHistogram of[2][2];

    void add(const AttemptRow& row) {
        if (!row.final || row.status != AttemptStatus::ok) return;
        of[0][row.query_local].add(row.total_us);
        if (row.ttft_us > 0) of[1][row.query_local].add(row.ttft_us);
    }
};

LatencyStats summarize(const LatencyHistogram& histogram) {
    LatencyStats stats;
    stats.count = histogram.count();
    stats.p50_us = histogram.percentile(50);
    stats.p90_us = histogram.percentile(90);
    stats.p99_us = histogram.percentile(99);
    return stats;
}

void read_latencies(SQLite::Database& database, std::span<const SpanRange> ranges,
                    Histograms& histograms) {
    FastSelect select(database,
                      "SELECT kind = 'ttft', locality = 'local', counts FROM latencies WHERE "
                      "span = ?1 AND start_ms >= ?2 AND start_ms < ?3");
    for (const SpanRange& range : ranges) {
        if (range.span == nullptr) continue;
        bind_range(select, range);
        while (select.step())
            histograms.of[select.integer(0)][select.integer(1)].add_encoded(select.blob(2));
    }
}

/// Sums of rows by the few groups there are: the builder's maps are too slow for each row.
class EdgeGroups {
public:
    void add(const AttemptRow& row) {
        Group& group = group_of(row);
        group.sums.add(contribution(row));
        group.first_ms = std::min(group.first_ms, row.started_ms);
        group.last_ms = std::max(group.last_ms, row.started_ms);
    }
    void finish(StatsBuilder& builder) const {
        for (const Group& group : groups_)
            builder.add({group.query_local, std::string(to_string(group.type)), group.model,
                         group.upstream, group.locality == Locality::local},
                        group.sums, group.first_ms, group.last_ms);
    }

private:
    struct Group {
        bool query_local;
        QueryType type;
        Locality locality;
        std::string model;
        std::string upstream;
        std::int64_t first_ms;
        std::int64_t last_ms;
        RollupSums sums;
    };
    Group& group_of(const AttemptRow& row) {
        const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
            return group.type == row.type && group.query_local == row.query_local &&
                   group.locality == row.locality && group.model == row.model &&
                   group.upstream == row.upstream;
        });
        if (found != groups_.end()) return *found;
        return groups_.emplace_back(Group{row.query_local,
                                          row.type,
                                          row.locality,
                                          row.model,
                                          row.upstream,
                                          row.started_ms,
                                          row.started_ms,
                                          {}});
    }
    std::vector<Group> groups_;
};

void read_edges(SQLite::Database& database, std::span<const SpanRange> ranges,
                StatsBuilder& builder, Histograms& histograms) {
    EdgeRows rows(database);
    EdgeGroups groups;
    for (const SpanRange& range : ranges) {
        if (range.span != nullptr) continue;
        rows.begin(range.from_ms, range.to_ms);
        while (const AttemptRow* row = rows.next()) {
            groups.add(*row);
            histograms.add(*row);
        }
    }
    groups.finish(builder);
}

}  // namespace

Stats read_stats(SQLite::Database& database, TimeRange range) {
    // One transaction: all figures are of the same moment.
    SQLite::Transaction transaction(database);
    const std::int64_t folded_until =
        database.execAndGet("SELECT folded_until_ms FROM totals").getInt64();
    const std::vector<SpanRange> ranges = cover_by(kLevels, range, folded_until);
    StatsBuilder builder;
    Histograms histograms;
    read_groups(database, ranges, builder);
    read_latencies(database, cover_by(kLatencyLevels, range, folded_until), histograms);
    read_edges(database, ranges, builder, histograms);
    Stats stats = std::move(builder).finish();
    stats.latency_external = summarize(histograms.of[0][0]);
    stats.latency_local = summarize(histograms.of[0][1]);
    stats.ttft_external = summarize(histograms.of[1][0]);
    stats.ttft_local = summarize(histograms.of[1][1]);
    return stats;
}

}  // namespace llmr::storage
