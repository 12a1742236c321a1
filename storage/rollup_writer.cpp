#include "storage/rollup_writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include <fmt/format.h>

#include "storage/latency_functions.hpp"

namespace llmr::storage {
namespace {

constexpr const char* kHour = "hour";

constexpr const char* kGroupKey = "span, start_ms, query_local, type, model, upstream, locality";
constexpr int kGroupKeyColumns = 7;

/// ON CONFLICT clause that adds to the stored group.
std::string add_to_group() {
    return fmt::format(
        "ON CONFLICT({}) DO UPDATE SET {} first_ms = min(first_ms, "
        "excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)",
        kGroupKey, each_column("{0} = {0} + excluded.{0}, "));
}

std::string add_group_sql() {
    std::string parameters;
    const int count = kGroupKeyColumns + static_cast<int>(rollup_columns().size()) + 2;
    for (int index = 1; index <= count; ++index)
        parameters += fmt::format("{}?{}", index == 1 ? "" : ", ", index);
    return fmt::format("INSERT INTO rollups({}, {} first_ms, last_ms) VALUES({}) {}", kGroupKey,
                       each_column("{0}, "), parameters, add_to_group());
}

// ?1: the span to fold into, ?2: its length (0: everything is one span), ?3 and ?4: the hours.
constexpr const char* kSpanStart = "CASE ?2 WHEN 0 THEN 0 ELSE start_ms - start_ms % ?2 END";

std::string fold_groups_sql() {
    return fmt::format(
        "INSERT INTO rollups({}, {} first_ms, last_ms) SELECT ?1, {} AS span_start, query_local, "
        "type, model, upstream, locality, {} MIN(first_ms), MAX(last_ms) FROM rollups WHERE span = "
        "'hour' AND start_ms >= ?3 AND start_ms < ?4 GROUP BY span_start, query_local, type, "
        "model, upstream, locality {}",
        kGroupKey, each_column("{0}, "), kSpanStart, each_column("SUM({0}), "), add_to_group());
}

constexpr const char* kAddToLatency =
    "ON CONFLICT(span, start_ms, kind, locality) DO UPDATE SET counts = add_latencies(counts, "
    "excluded.counts)";

constexpr const char* kSetLatency =
    "INSERT OR REPLACE INTO latencies(span, start_ms, kind, locality, counts) "
    "VALUES(?1, ?2, ?3, ?4, ?5)";
constexpr const char* kGetLatency =
    "SELECT counts FROM latencies WHERE span = ?1 AND start_ms = ?2 AND kind = ?3 AND locality = "
    "?4";

std::string add_latency_sql() {
    return fmt::format(
        "INSERT INTO latencies(span, start_ms, kind, locality, counts) VALUES(?1, ?2, ?3, ?4, ?5) "
        "{}",
        kAddToLatency);
}

std::string fold_latencies_sql() {
    return fmt::format(
        "INSERT INTO latencies(span, start_ms, kind, locality, counts) SELECT ?1, {} AS "
        "span_start, kind, locality, sum_latencies(counts) FROM latencies WHERE span = 'hour' AND "
        "start_ms >= ?3 AND start_ms < ?4 GROUP BY span_start, kind, locality {}",
        kSpanStart, kAddToLatency);
}

/// The statements below can be prepared once the connection knows their functions.
SQLite::Database& with_functions(SQLite::Database& database) {
    define_latency_functions(database);
    return database;
}

constexpr const char* kSetTotals =
    "UPDATE totals SET decisions = ?1, external = ?2, last_seq = ?3, folded_until_ms = ?4";

LedgerTotals read_totals(SQLite::Database& database) {
    SQLite::Statement read(database,
                           "SELECT decisions, external, last_seq, folded_until_ms FROM totals");
    read.executeStep();
    return {read.getColumn(0).getInt64(), read.getColumn(1).getInt64(),
            read.getColumn(2).getInt64(), read.getColumn(3).getInt64()};
}

}  // namespace

RollupWriter::RollupWriter(SQLite::Database& database)
    : committed_(read_totals(with_functions(database))),
      pending_(committed_),
      add_group_(database, add_group_sql()),
      add_latency_(database, add_latency_sql()),
      set_latency_(database, kSetLatency),
      get_latency_(database, kGetLatency),
      set_totals_(database, kSetTotals),
      fold_groups_(database, fold_groups_sql()),
      fold_latencies_(database, fold_latencies_sql()),
      series_(database) {}

void RollupWriter::count(const AttemptRow& row, std::int64_t times) {
    const RollupSums sums = contribution(row);
    if (sums.attempts == 0) return;
    series_.count(row, sums, times);
    const std::int64_t hour = hour_of(row.started_ms);
    const Key key{hour, row.query_local, row.type, {&row.model}, {&row.upstream}, row.locality};
    const auto [found, added] = groups_.try_emplace(key, Group{{}, row.started_ms, row.started_ms});
    Group& group = found->second;
    group.sums.add(sums, times);
    group.first_ms = std::min(group.first_ms, row.started_ms);
    group.last_ms = std::max(group.last_ms, row.started_ms);
    if (sums.latency_count > 0) {
        const auto add = [&](LatencyKind kind, std::int64_t latency_us) {
            latencies_[{hour, kind, row.query_local}].add(latency_us, times);
        };
        add(LatencyKind::latency, row.total_us);
        if (row.ttft_us > 0) add(LatencyKind::ttft, row.ttft_us);
    }
    if (row.decision_seq > 0 && row.final) {
        pending_.decisions += times;
        pending_.external += row.query_local ? 0 : times;
    }
    pending_.last_seq = std::max(pending_.last_seq, row.decision_seq);
}

void RollupWriter::flush() {
    if (groups_.empty()) return;
    const std::int64_t folded_before = pending_.folded_until_ms;
    fold_hours_before(groups_.rbegin()->first.hour_ms);
    series_.flush(folded_before, pending_.folded_until_ms);
    for (const auto& [key, group] : groups_) {
        write_group(kHour, key.hour_ms, key, group);
        if (key.hour_ms >= pending_.folded_until_ms) continue;
        for (const FoldedSpan& span : kGroupSpans)
            write_group(span.name, start_in(span, key.hour_ms), key, group);
    }
    for (const auto& [key, added] : latencies_) {
        if (key.hour_ms >= pending_.folded_until_ms) {
            write_hour_latency(key, added);
            continue;
        }
        const std::string counts = added.encode();
        write_latency(add_latency_, kHour, key.hour_ms, key, counts);
        for (const FoldedSpan& span : kLatencySpans)
            write_latency(add_latency_, span.name, start_in(span, key.hour_ms), key, counts);
    }
    write_totals();
}

void RollupWriter::committed() {
    committed_ = pending_;
    groups_.clear();
    latencies_.clear();
}

void RollupWriter::discard() {
    pending_ = committed_;
    series_.discard();
    groups_.clear();
    latencies_.clear();
    running_.clear();
}

void RollupWriter::fold_hours_before(std::int64_t hour_ms) {
    if (hour_ms <= pending_.folded_until_ms) return;
    for (const FoldedSpan& span : kGroupSpans)
        fold(fold_groups_, span, hour_ms);
    for (const FoldedSpan& span : kLatencySpans)
        fold(fold_latencies_, span, hour_ms);
    pending_.folded_until_ms = hour_ms;
}

void RollupWriter::fold(SQLite::Statement& statement, const FoldedSpan& span,
                        std::int64_t hour_ms) {
    statement.tryReset();
    statement.bindNoCopy(1, span.name);
    statement.bind(2, span.length_ms);
    statement.bind(3, pending_.folded_until_ms);
    statement.bind(4, hour_ms);
    statement.exec();
}

void RollupWriter::write_group(const char* span, std::int64_t start_ms, const Key& key,
                               const Group& group) {
    add_group_.tryReset();
    add_group_.bindNoCopy(1, span);
    add_group_.bind(2, start_ms);
    add_group_.bind(3, std::int64_t{key.query_local});
    add_group_.bindNoCopy(4, to_string(key.type).data());
    add_group_.bindNoCopy(5, *key.model.text);
    add_group_.bindNoCopy(6, *key.upstream.text);
    add_group_.bindNoCopy(7, to_string(key.locality).data());
    int index = kGroupKeyColumns;
    for (const RollupColumn& column : rollup_columns())
        add_group_.bind(++index, group.sums.*column.member);
    add_group_.bind(++index, group.first_ms);
    add_group_.bind(++index, group.last_ms);
    add_group_.exec();
}

void RollupWriter::write_hour_latency(const LatencyKey& key, const LatencyHistogram& added) {
    if (!running_.empty() && running_.rbegin()->first.hour_ms != key.hour_ms) running_.clear();
    const auto found = running_.find(key);
    LatencyHistogram& sum = found != running_.end()
                                ? found->second
                                : running_.emplace(key, read_hour_latency(key)).first->second;
    sum.add(added);
    write_latency(set_latency_, kHour, key.hour_ms, key, sum.encode());
}

LatencyHistogram RollupWriter::read_hour_latency(const LatencyKey& key) {
    LatencyHistogram stored;
    get_latency_.tryReset();
    bind_latency_key(get_latency_, kHour, key.hour_ms, key);
    if (get_latency_.executeStep() && !stored.add_encoded(get_latency_.getColumn(0).getString()))
        throw SQLite::Exception("latencies.counts is damaged", SQLITE_CORRUPT);
    get_latency_.tryReset();
    return stored;
}

void RollupWriter::bind_latency_key(SQLite::Statement& statement, const char* span,
                                    std::int64_t start_ms, const LatencyKey& key) {
    statement.bindNoCopy(1, span);
    statement.bind(2, start_ms);
    statement.bindNoCopy(3, key.kind == LatencyKind::latency ? "latency" : "ttft");
    statement.bindNoCopy(4,
                         to_string(key.query_local ? Locality::local : Locality::external).data());
}

void RollupWriter::write_latency(SQLite::Statement& statement, const char* span,
                                 std::int64_t start_ms, const LatencyKey& key,
                                 const std::string& counts) {
    statement.tryReset();
    bind_latency_key(statement, span, start_ms, key);
    statement.bindNoCopy(5, counts.data(), static_cast<int>(counts.size()));
    statement.exec();
}

void RollupWriter::write_totals() {
    if (pending_ == committed_) return;
    set_totals_.tryReset();
    set_totals_.bind(1, pending_.decisions);
    set_totals_.bind(2, pending_.external);
    set_totals_.bind(3, pending_.last_seq);
    set_totals_.bind(4, pending_.folded_until_ms);
    set_totals_.exec();
}

}  // namespace llmr::storage
