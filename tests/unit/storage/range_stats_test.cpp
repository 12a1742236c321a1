// Statistics of any range, by key and as series, are what SELECT says of the rows.
#include <algorithm>
#include <map>
#include <numeric>

#include <doctest/doctest.h>

#include "core/time_buckets.hpp"
#include "storage/latency_functions.hpp"
#include "storage/latency_histogram.hpp"
#include "storage/queries.hpp"
#include "storage/rollup_writer.hpp"
#include "storage/series_writer.hpp"
#include "storage_fixtures.hpp"
#include "tests/support/time_zones.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

constexpr int kDays = 9;
/// Clocks change in Europe on the fifth of these days, 2026-03-29.
constexpr std::int64_t kFirst = kStart + 84 * kDayMs;

/// Rows over nine days around a change of clocks; three keys; some late, some written twice.
class Sample {
public:
    Sample() : path_(dir_.file("ledger.db")) {
        RandomRows random(19);
        const auto ledger = open_ledger(path_);
        std::vector<AttemptRow> rows;
        for (int i = 0; i < 6000; ++i) {
            AttemptRow row = random.next();
            row.started_ms = kFirst + std::int64_t{random.up_to(kDays * 24 * 60)} * 60'000 +
                             random.up_to(59'999);
            row.key_id = random.up_to(2) == 0 ? "" : fmt::format("key-{}", random.up_to(2));
            rows.push_back(std::move(row));
        }
        // Mostly in order of time, as a daemon writes them, with some that are hours late.
        std::sort(rows.begin(), rows.begin() + 5000, [](const AttemptRow& a, const AttemptRow& b) {
            return a.started_ms < b.started_ms;
        });
        for (AttemptRow& row : rows) {
            if (random.up_to(9) == 0) {
                AttemptRow first = row;
                first.status = AttemptStatus::ok;
                first.usage.output_visible += 7;
                ledger->write(first, 0, 0);
            }
            ledger->write(std::move(row), 0, 0);
        }
        REQUIRE(ledger->close());
    }
    const std::string& path() const { return path_; }

private:
    TempDir dir_;
    std::string path_;
};

Sample& sample() {
    static Sample one;
    return one;
}

/// What SELECT says of the closed rows that `where` names, in the order of `figures`.
struct Selected {
    std::int64_t queries, attempts, input, output, cost, savings, latency, external_queries;
    bool operator==(const Selected&) const = default;
};
Selected selected(SQLite::Database& database, const std::string& where) {
    SQLite::Statement select(
        database,
        "SELECT COALESCE(SUM(is_final), 0), COUNT(*), COALESCE(SUM(input_uncached + cache_read + "
        "cache_write), 0), COALESCE(SUM(output_visible + reasoning), 0), COALESCE(SUM(cost), 0), "
        "COALESCE(SUM(baseline - cost), 0), COALESCE(SUM(CASE WHEN is_final AND status = 'ok' THEN "
        "total_us END), 0), COALESCE(SUM(is_final AND NOT query_local), 0) FROM attempts WHERE "
        "status <> 'open' AND " +
            where);
    select.executeStep();
    const auto at = [&](int index) { return select.getColumn(index).getInt64(); };
    return {at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)};
}
Selected figures(const GroupTotals& total, std::int64_t external_queries) {
    return {total.queries,   total.attempts,     total.input_tokens,   total.output_tokens,
            total.cost_pico, total.savings_pico, total.latency_us_sum, external_queries};
}
std::string within(std::int64_t from, std::int64_t to) {
    return fmt::format("started_ms >= {} AND started_ms < {}", from, to);
}

void add(GroupTotals& sum, const GroupTotals& one) {
    sum.queries += one.queries;
    sum.attempts += one.attempts;
    sum.input_tokens += one.input_tokens;
    sum.output_tokens += one.output_tokens;
    sum.cost_pico += one.cost_pico;
    sum.savings_pico += one.savings_pico;
    sum.latency_us_sum += one.latency_us_sum;
}

}  // namespace

TEST_CASE("a range with any edges is what SELECT says") {
    SQLite::Database database(sample().path());
    LedgerReader reader(sample().path());
    RandomRows random(5);
    for (int i = 0; i < 120; ++i) {
        std::int64_t from = kFirst - kHourMs + random.up_to(kDays * 24 * 60) * 60'000LL;
        std::int64_t to = from + random.up_to(kDays * 24 * 60) * 60'000LL + random.up_to(5000);
        if (i % 3 == 0) from = hour_of(from);
        if (i % 5 == 0) to = hour_of(to) + kHourMs;
        CAPTURE(from);
        CAPTURE(to);
        const Stats stats = reader.stats(TimeRange{from, to}).value();
        CHECK(figures(stats.total, stats.external.queries) == selected(database, within(from, to)));
        for (const auto& groups : {stats.by_type, stats.by_model, stats.by_upstream}) {
            GroupTotals sum;
            for (const GroupTotals& group : groups)
                add(sum, group);
            CHECK(figures(sum, stats.external.queries) ==
                  figures(stats.total, stats.external.queries));
        }
        CHECK(stats.ttft_external.count ==
              query_int(sample().path(),
                        "SELECT COUNT(*) FROM attempts WHERE is_final AND status = "
                        "'ok' AND NOT query_local AND ttft_us > 0 AND " +
                            within(from, to)));
        CHECK(stats.latency_local.count ==
              query_int(sample().path(),
                        "SELECT COUNT(*) FROM attempts WHERE is_final AND status = "
                        "'ok' AND query_local AND " +
                            within(from, to)));
    }
}

TEST_CASE("groups by key are what SELECT says") {
    SQLite::Database database(sample().path());
    LedgerReader reader(sample().path());
    RandomRows random(6);
    for (int i = 0; i < 60; ++i) {
        const std::int64_t from = kFirst + random.up_to(kDays * 24 * 60) * 60'000LL;
        const std::int64_t to = from + random.up_to(kDays * 24 * 60) * 60'000LL + random.up_to(99);
        const auto groups = reader.by_key(TimeRange{from, to}).value();
        for (const GroupTotals& group : groups)
            CHECK(
                figures(group, 0).cost ==
                selected(database, within(from, to) + fmt::format(" AND key_id = '{}'", group.name))
                    .cost);
        CHECK(std::accumulate(groups.begin(), groups.end(), std::int64_t{0},
                              [](std::int64_t sum, const GroupTotals& group) {
                                  return sum + group.attempts;
                              }) == selected(database, within(from, to)).attempts);
    }
    CHECK(reader.by_key(TimeRange{}).value().size() == 4);
}

TEST_CASE("the sum of days equals the range in forty zones, and each day equals SELECT") {
    SQLite::Database database(sample().path());
    LedgerReader reader(sample().path());
    for (const char* name : llmr::testing::kZones) {
        CAPTURE(name);
        const TimeZone zone = TimeZone::load(name).value();
        for (const TimeStep step : {TimeStep::day, TimeStep::hour, TimeStep::week}) {
            const std::int64_t from = step_start(zone, step, kFirst + kDayMs);
            const std::int64_t to = kFirst + (kDays - 1) * kDayMs + 1234;
            const auto edges = bucket_edges(zone, step, from, to, 10'000).value();
            const auto points = reader.series(edges).value();
            REQUIRE(points.size() + 1 == edges.size());
            GroupTotals sum;
            std::int64_t external = 0;
            int wrong = 0;
            for (const SeriesPoint& point : points) {
                add(sum, point.total);
                external += point.external.queries;
                if (step == TimeStep::day)
                    wrong += figures(point.total, point.external.queries) !=
                             selected(database, within(point.from_ms, point.to_ms));
            }
            CHECK(wrong == 0);
            const Stats whole = reader.stats(TimeRange{from, to}).value();
            CHECK(figures(sum, external) == figures(whole.total, whole.external.queries));
            CHECK(sum.attempts > 0);
        }
    }
}

/// Puts the table of latencies back to a row for each bucket and to the spans it had then.
static void latencies_of_version_2(SQLite::Database& database) {
    database.exec(
        "ALTER TABLE latencies RENAME TO histograms; CREATE TABLE latencies(span TEXT NOT NULL, "
        "start_ms INTEGER NOT NULL, kind TEXT NOT NULL, locality TEXT NOT NULL, upto_us INTEGER "
        "NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(span, start_ms, kind, locality, upto_us)) "
        "WITHOUT ROWID");
    SQLite::Statement insert(database,
                             "INSERT INTO latencies SELECT span, start_ms, kind, locality, ?5, ?6 "
                             "FROM histograms WHERE span = ?1 AND start_ms = ?2 AND kind = ?3 AND "
                             "locality = ?4");
    SQLite::Statement select(database,
                             "SELECT span, start_ms, kind, locality, counts FROM histograms WHERE "
                             "span IN ('hour', 'day', 'all')");
    while (select.executeStep()) {
        LatencyHistogram histogram;
        REQUIRE(histogram.add_encoded(select.getColumn(4).getString()));
        for (std::size_t bucket = 0; bucket < kLatencyEdges.size(); ++bucket) {
            if (histogram.in_bucket(bucket) == 0) continue;
            insert.reset();
            for (int column = 0; column < 4; ++column)
                insert.bind(column + 1, select.getColumn(column).getString());
            insert.bind(2, select.getColumn(1).getInt64());
            insert.bind(5, kLatencyEdges[bucket]);
            insert.bind(6, histogram.in_bucket(bucket));
            insert.exec();
        }
    }
    select.reset();
    database.exec("DROP TABLE histograms");
}

TEST_CASE("series are stored with every figure of the rollups, at every migration") {
    // The migration fills the table with what the writer would have written.
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    std::filesystem::copy_file(sample().path(), path);
    SQLite::Database database(path, SQLite::OPEN_READWRITE);
    std::string columns;
    for (const RollupColumn& column : rollup_columns())
        columns += fmt::format(", {}", column.name);
    const std::string content = fmt::format(
        "SELECT group_concat(line, char(10)) FROM (SELECT concat AS line FROM (SELECT span || '|' "
        "|| "
        "start_ms || '|' || key_id || '|' || query_local || '|' || locality || '|' || "
        "json_array({}) "
        "AS concat FROM series WHERE attempts <> 0 ORDER BY 1))",
        columns.substr(2));
    const std::string latencies =
        "SELECT group_concat(line, char(10)) FROM (SELECT span || '|' || start_ms || '|' || kind "
        "|| '|' || locality || '|' || hex(counts) AS line FROM latencies WHERE length(counts) > 0 "
        "ORDER BY 1)";
    const std::string written = database.execAndGet(content).getString();
    const std::string counted = database.execAndGet(latencies).getString();
    REQUIRE(written.size() > 1000);
    REQUIRE(counted.find("16 days") != std::string::npos);
    define_latency_functions(database);
    database.exec("DROP TABLE series");
    latencies_of_version_2(database);
    database.exec(kSeriesMigration);
    database.exec(kHistogramMigration);
    CHECK(database.execAndGet(content).getString() == written);
    CHECK(database.execAndGet(latencies).getString() == counted);
}

TEST_CASE("figures say that they are not exact where retention has cut into an hour that is cut") {
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    std::filesystem::copy_file(sample().path(), path);
    LedgerReader reader(path);
    const std::int64_t old_hour = kFirst + 5 * kHourMs;
    const std::int64_t kept_hour = kFirst + 3 * kDayMs;
    const std::int64_t cut = 20 * 60'000;
    CHECK(reader.exact_by_hour({old_hour + cut, kept_hour + cut}).value());

    const Stats before = reader.stats(TimeRange{old_hour, kept_hour + cut}).value();
    SQLite::Database(path, SQLite::OPEN_READWRITE)
        .exec(fmt::format("DELETE FROM attempts WHERE status <> 'open' AND started_ms < {}",
                          kFirst + 2 * kDayMs));
    CHECK_FALSE(reader.exact_by_hour({old_hour + cut, kept_hour}).value());
    CHECK_FALSE(reader.exact_by_hour({0, old_hour + cut}).value());
    CHECK(reader.exact_by_hour({old_hour, kept_hour + cut}).value());
    CHECK(reader.exact_by_hour({0, TimeRange{}.to_ms}).value());
    CHECK(reader.stats(TimeRange{old_hour, kept_hour + cut}).value().total.cost_pico ==
          before.total.cost_pico);
    // Quarters of an hour are kept for series and groups by key.
    CHECK(reader.exact_by_quarter({old_hour + 15 * 60'000, kept_hour}).value());
    CHECK_FALSE(reader.exact_by_quarter({old_hour + cut, kept_hour}).value());
    CHECK(reader.exact_by_hour({kFirst - 40 * kDayMs + cut, kept_hour}).value());  // nothing there
}

TEST_CASE("the edges of a range hold every figure: energy and worst cases, too") {
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    const auto ledger = open_ledger(path);
    for (int minute = 0; minute < 60; ++minute) {
        AttemptRow row = closed_row(fmt::format("row-{}", minute));
        row.started_ms = kFirst + minute * 60'000LL;
        row.energy = 7;
        row.cost_worst_case = minute % 2 == 0;
        ledger->write(row, 0, 0);
    }
    REQUIRE(ledger->close());
    const Stats stats =
        LedgerReader(path).stats(TimeRange{kFirst + 10 * 60'000, kFirst + 40 * 60'000}).value();
    CHECK(stats.total.queries == 30);
    CHECK(stats.total.energy_pico == 30 * 7);
    CHECK(stats.total.worst_case_costs == 15);
}
