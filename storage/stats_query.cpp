#include "storage/stats_query.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "storage/rollup_writer.hpp"

namespace llmr::storage {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

/// Part of a time range, and the span of rollups that covers it: [from, to).
struct SpanRange {
    const char* span;
    std::int64_t from_ms;
    std::int64_t to_ms;
};

/// Covers everything at or after `since_ms` with as few rollups as possible, each hour once. Days
/// and 'all' hold only the hours before `folded_until_ms`.
std::array<SpanRange, 3> cover(std::int64_t since_ms, std::int64_t folded_until_ms) {
    const SpanRange nothing{"hour", 0, 0};
    if (since_ms <= 0)
        return {SpanRange{"all", 0, kEnd}, SpanRange{"hour", folded_until_ms, kEnd}, nothing};
    const std::int64_t first_hour = hour_of(since_ms);
    const std::int64_t first_day = day_of(first_hour + kDayMs - 1);
    return {SpanRange{"hour", first_hour, std::min(first_day, folded_until_ms)},
            SpanRange{"day", first_day, kEnd},
            SpanRange{"hour", std::max(first_hour, folded_until_ms), kEnd}};
}

/// The figures of a final attempt belong to where its query went, those of tokens and money to
/// where the attempt itself ran.
void add_query_figures(GroupTotals& group, const RollupSums& sums) {
    group.queries += sums.queries;
    group.ok += sums.ok;
    group.errors += sums.errors;
    group.cancelled += sums.cancelled;
    group.latency_us_sum += sums.latency_us_sum;
    group.latency_count += sums.latency_count;
}

void add_attempt_figures(GroupTotals& group, const RollupSums& sums) {
    group.attempts += sums.attempts;
    group.input_tokens += sums.input_tokens;
    group.output_tokens += sums.output_tokens;
    group.cost_pico += sums.cost;
    group.unknown_cost += sums.unknown_cost;
    group.baseline_pico += sums.baseline;
    group.savings_pico += sums.savings;
}

void add_all_figures(GroupTotals& group, const RollupSums& sums) {
    add_query_figures(group, sums);
    add_attempt_figures(group, sums);
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
        add_all_figures(stats_.total, sums);
        add_query_figures(key.query_local ? stats_.local : stats_.external, sums);
        add_attempt_figures(key.local ? stats_.local : stats_.external, sums);
        add_all_figures(types_[key.type], sums);
        add_all_figures(models_[{key.model, key.upstream, key.local}], sums);
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
        busiest_first(stats_.by_type);
        busiest_first(stats_.by_model);
        return std::move(stats_);
    }

private:
    static void busiest_first(std::vector<GroupTotals>& groups) {
        std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
            return std::pair(a.queries, a.attempts) > std::pair(b.queries, b.attempts);
        });
    }

    Stats stats_;
    std::map<std::string, GroupTotals> types_;
    std::map<std::tuple<std::string, std::string, bool>, GroupTotals> models_;
};

void bind_range(SQLite::Statement& statement, const SpanRange& range) {
    statement.tryReset();
    statement.bindNoCopy(1, range.span);
    statement.bind(2, range.from_ms);
    statement.bind(3, range.to_ms);
}

Stats read_groups(SQLite::Database& database, std::span<const SpanRange> ranges) {
    std::string columns;
    for (const RollupColumn& column : rollup_columns()) columns += fmt::format(", {}", column.name);
    SQLite::Statement select(
        database, fmt::format("SELECT query_local, type, model, upstream, locality = 'local', "
                              "first_ms, last_ms{} FROM rollups WHERE span = ?1 AND start_ms >= "
                              "?2 AND start_ms < ?3",
                              columns));
    StatsBuilder builder;
    for (const SpanRange& range : ranges) {
        bind_range(select, range);
        while (select.executeStep()) {
            RollupSums sums;
            int index = 7;
            for (const RollupColumn& column : rollup_columns())
                sums.*column.member = select.getColumn(index++).getInt64();
            builder.add({select.getColumn(0).getInt() != 0, select.getColumn(1).getString(),
                         select.getColumn(2).getString(), select.getColumn(3).getString(),
                         select.getColumn(4).getInt() != 0},
                        sums, select.getColumn(5).getInt64(), select.getColumn(6).getInt64());
        }
    }
    return std::move(builder).finish();
}

using Histogram = std::map<std::int64_t, std::int64_t>;  ///< upper edge -> count

/// The edge of the bucket that holds the nearest-rank percentile.
std::int64_t percentile(const Histogram& histogram, std::int64_t count, int percent) {
    const std::int64_t rank = (count * percent + 99) / 100;
    std::int64_t seen = 0;
    for (const auto& [edge, n] : histogram) {
        seen += n;
        if (seen >= rank && n > 0) return edge;
    }
    return 0;
}

LatencyStats summarize(const Histogram& histogram) {
    LatencyStats stats;
    for (const auto& [edge, n] : histogram) stats.count += n;
    if (stats.count == 0) return stats;
    stats.p50_us = percentile(histogram, stats.count, 50);
    stats.p90_us = percentile(histogram, stats.count, 90);
    stats.p99_us = percentile(histogram, stats.count, 99);
    return stats;
}

void read_latencies(SQLite::Database& database, std::span<const SpanRange> ranges, Stats& stats) {
    SQLite::Statement select(database,
                             "SELECT kind = 'ttft', locality = 'local', upto_us, n FROM latencies "
                             "WHERE span = ?1 AND start_ms >= ?2 AND start_ms < ?3");
    Histogram histograms[2][2];
    for (const SpanRange& range : ranges) {
        bind_range(select, range);
        while (select.executeStep())
            histograms[select.getColumn(0).getInt()][select.getColumn(1).getInt()]
                      [select.getColumn(2).getInt64()] += select.getColumn(3).getInt64();
    }
    stats.latency_external = summarize(histograms[0][0]);
    stats.latency_local = summarize(histograms[0][1]);
    stats.ttft_external = summarize(histograms[1][0]);
    stats.ttft_local = summarize(histograms[1][1]);
}

}  // namespace

Stats read_stats(SQLite::Database& database, std::int64_t since_ms) {
    // One transaction: all figures are of the same moment.
    SQLite::Transaction transaction(database);
    const std::int64_t folded_until =
        database.execAndGet("SELECT folded_until_ms FROM totals").getInt64();
    const auto ranges = cover(since_ms, folded_until);
    Stats stats = read_groups(database, ranges);
    read_latencies(database, ranges, stats);
    return stats;
}

}  // namespace llmr::storage
