#include <span>

#include <doctest/doctest.h>

#include "storage/latency_buckets.hpp"
#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

/// The figures of GroupTotals as a person would select them from attempts.
struct Figure {
    const char* name;
    const char* sum;
    std::int64_t GroupTotals::* member;
};
const Figure kQueryFigures[] = {
    {"queries", "is_final", &GroupTotals::queries},
    {"ok", "is_final AND status = 'ok'", &GroupTotals::ok},
    {"errors", "is_final AND status NOT IN ('ok', 'client_cancelled')", &GroupTotals::errors},
    {"cancelled", "is_final AND status = 'client_cancelled'", &GroupTotals::cancelled},
    {"latency sum", "CASE WHEN is_final AND status = 'ok' THEN total_us ELSE 0 END",
     &GroupTotals::latency_us_sum},
    {"latency count", "is_final AND status = 'ok'", &GroupTotals::latency_count},
};
const Figure kAttemptFigures[] = {
    {"attempts", "1", &GroupTotals::attempts},
    {"input", "input_uncached + cache_read + cache_write", &GroupTotals::input_tokens},
    {"output", "output_visible + reasoning", &GroupTotals::output_tokens},
    {"cost", "COALESCE(cost, 0)", &GroupTotals::cost_pico},
    {"unknown cost",
     "cost IS NULL AND input_uncached + cache_read + cache_write + output_visible + reasoning > 0",
     &GroupTotals::unknown_cost},
    {"baseline", "COALESCE(baseline, 0)", &GroupTotals::baseline_pico},
    {"savings", "COALESCE(baseline - cost, 0)", &GroupTotals::savings_pico},
};

/// A ledger of random rows, some written open first, some written twice with other values.
class RandomLedger {
public:
    explicit RandomLedger(int rows)
        : path_(dir_.file("ledger.db")), database_(written(path_, rows)) {}

    /// Sums of `expressions` over the closed rows that `where` selects.
    std::vector<std::int64_t> sums(const std::vector<std::string>& expressions,
                                   const std::string& where) {
        std::string columns;
        for (const std::string& expression : expressions)
            columns +=
                fmt::format("{}COALESCE(SUM({}), 0)", columns.empty() ? "" : ", ", expression);
        SQLite::Statement select(
            database_,
            fmt::format("SELECT {} FROM attempts WHERE status <> 'open' AND ({})", columns, where));
        select.executeStep();
        std::vector<std::int64_t> values;
        for (int index = 0; index < static_cast<int>(expressions.size()); ++index)
            values.push_back(select.getColumn(index).getInt64());
        return values;
    }
    std::int64_t sum(const std::string& what, const std::string& where) {
        return sums({what}, where)[0];
    }
    /// Values of `column` over the rows that latency histograms count, in order.
    std::vector<std::int64_t> sorted(const std::string& column, const std::string& where) {
        SQLite::Statement select(
            database_, fmt::format("SELECT {0} FROM attempts WHERE is_final AND status = 'ok' AND "
                                   "({1}) ORDER BY {0}",
                                   column, where));
        std::vector<std::int64_t> values;
        while (select.executeStep())
            values.push_back(select.getColumn(0).getInt64());
        return values;
    }
    const std::string& path() const { return path_; }

private:
    static std::string written(const std::string& path, int rows) {
        RandomRows random(7);
        const auto ledger = open_ledger(path);
        for (int index = 0; index < rows; ++index) {
            AttemptRow row = random.next();
            if (random.up_to(4) == 0) ledger->write(as_open(row), 0, 0);
            if (random.up_to(19) == 0) {
                AttemptRow first = row;
                first.usage.output_visible += 1000;
                first.status = AttemptStatus::ok;
                first.final = !row.final;
                first.model = "first guess";
                ledger->write(first, 0, 0);
            }
            ledger->write(row, 0, 0);
        }
        REQUIRE(ledger->close());
        return path;
    }
    static AttemptRow as_open(AttemptRow row) {
        row.status = AttemptStatus::open;
        return row;
    }
    TempDir dir_;
    std::string path_;
    SQLite::Database database_;
};

void check_figures(RandomLedger& ledger, const GroupTotals& group, std::span<const Figure> figures,
                   const std::string& where) {
    std::vector<std::string> expressions;
    for (const Figure& figure : figures)
        expressions.emplace_back(figure.sum);
    const std::vector<std::int64_t> expected = ledger.sums(expressions, where);
    for (std::size_t index = 0; index < figures.size(); ++index) {
        CAPTURE(figures[index].name);
        CHECK(group.*figures[index].member == expected[index]);
    }
}

void check_group(RandomLedger& ledger, const GroupTotals& group, const std::string& query_where,
                 const std::string& attempt_where) {
    check_figures(ledger, group, kQueryFigures, query_where);
    check_figures(ledger, group, kAttemptFigures, attempt_where);
}

void check_latency(const LatencyStats& stats, const std::vector<std::int64_t>& values) {
    CHECK(stats.count == static_cast<std::int64_t>(values.size()));
    const auto edge = [&](std::size_t percent) {
        if (values.empty()) return std::int64_t{0};
        return kLatencyEdges[latency_bucket(values[(values.size() * percent + 99) / 100 - 1])];
    };
    CHECK(stats.p50_us == edge(50));
    CHECK(stats.p90_us == edge(90));
    CHECK(stats.p99_us == edge(99));
}

void check_stats(RandomLedger& ledger, std::int64_t since_ms) {
    const Stats stats = LedgerReader(ledger.path()).stats(since_ms).value();
    const std::string all = fmt::format("started_ms >= {}", since_ms);
    const auto and_all = [&](const std::string& where) { return all + " AND " + where; };
    check_group(ledger, stats.total, all, all);
    check_group(ledger, stats.local, and_all("query_local"), and_all("locality = 'local'"));
    check_group(ledger, stats.external, and_all("NOT query_local"),
                and_all("locality = 'external'"));
    for (const GroupTotals& group : stats.by_type) {
        const std::string where = and_all(fmt::format("type = '{}'", group.name));
        check_group(ledger, group, where, where);
    }
    for (const GroupTotals& group : stats.by_model) {
        const std::string where =
            and_all(fmt::format("model = '{}' AND upstream = '{}' AND locality = '{}'", group.name,
                                group.upstream, to_string(group.locality)));
        check_group(ledger, group, where, where);
    }
    CHECK(stats.fallbacks == ledger.sum("fallback AND locality = 'external'", all));
    CHECK(stats.interrupted == ledger.sum("status = 'interrupted'", all));
    CHECK(stats.usage_reported == ledger.sum("usage_source = 'reported'", all));
    CHECK(stats.usage_estimated == ledger.sum("usage_source = 'estimated'", all));
    check_latency(stats.latency_local, ledger.sorted("total_us", and_all("query_local")));
    check_latency(stats.latency_external, ledger.sorted("total_us", and_all("NOT query_local")));
    const std::string had_first = " AND ttft_us > 0";
    check_latency(stats.ttft_local, ledger.sorted("ttft_us", and_all("query_local") + had_first));
    check_latency(stats.ttft_external,
                  ledger.sorted("ttft_us", and_all("NOT query_local") + had_first));
    CHECK(stats.by_type.size() ==
          static_cast<std::size_t>(query_int(ledger.path(),
                                             "SELECT COUNT(DISTINCT type) FROM attempts "
                                             "WHERE status <> 'open' AND " +
                                                 all)));
}

}  // namespace

TEST_CASE("every figure of the stats equals what a plain SELECT over ten thousand rows gives") {
    RandomLedger ledger(10'000);
    check_stats(ledger, 0);
    const Stats stats = LedgerReader(ledger.path()).stats(0).value();
    CHECK(stats.first_ms ==
          query_int(ledger.path(), "SELECT MIN(started_ms) FROM attempts WHERE status <> 'open'"));
    CHECK(stats.last_ms ==
          query_int(ledger.path(), "SELECT MAX(started_ms) FROM attempts WHERE status <> 'open'"));
    constexpr std::int64_t kHour = 3'600'000;
    // Within the first day, at midnight, just before it, in the last hour, after everything.
    for (const std::int64_t hours : {1, 23, 24, 25, 48, 95, 119, 200}) {
        CAPTURE(hours);
        check_stats(ledger, kStart + hours * kHour);
    }
}

TEST_CASE("the sums of single days add up to the whole") {
    RandomLedger ledger(2'000);
    LedgerReader reader(ledger.path());
    constexpr std::int64_t kDay = 24 * 3'600'000;
    std::int64_t by_days = 0;
    for (int day = 0; day < 6; ++day)
        by_days += reader.stats(kStart + day * kDay).value().total.cost_pico -
                   reader.stats(kStart + (day + 1) * kDay).value().total.cost_pico;
    CHECK(by_days == reader.stats(0).value().total.cost_pico);
    CHECK(by_days == ledger.sum("COALESCE(cost, 0)", "1"));
}

TEST_CASE("an empty ledger has empty stats, a missing one is an error") {
    const TempDir dir;
    const auto ledger = open_ledger(dir.file("a.db"));
    const Stats stats = LedgerReader(dir.file("a.db")).stats(0).value();
    CHECK(stats.total.queries == 0);
    CHECK(stats.first_ms == 0);
    CHECK(stats.by_model.empty());
    CHECK(stats.latency_local.p99_us == 0);
    const auto missing = LedgerReader(dir.file("none.db")).stats(0);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == Errc::ledger_unavailable);
}
