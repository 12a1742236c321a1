#include "storage/series_writer.hpp"

#include <fmt/format.h>

#include "storage/rollup_writer.hpp"

namespace llmr::storage {
namespace {

constexpr const char* kKey = "span, start_ms, key_id, query_local, locality";
constexpr int kKeyColumns = 5;
const std::string kEveryKey;  // 'quarter all' and 'hour' count all keys together

struct Span {
    const char* name;
    std::int64_t length_ms;
    bool by_key;
};
constexpr Span kQuarter{"quarter", kQuarterMs, true};
/// What hours that are over are folded into.
constexpr Span kFolded[] = {{"quarter all", kQuarterMs, false},
                            {"hour", kHourMs, false},
                            {"key hour", kHourMs, true},
                            {"key day", kDayMs, true}};

std::string on_conflict() {
    std::string updates = each_column("{0} = {0} + excluded.{0}, ");
    updates.resize(updates.size() - 2);
    return fmt::format("ON CONFLICT({}) DO UPDATE SET {}", kKey, updates);
}

std::string add_sql() {
    std::string parameters = "?1";
    const int count = kKeyColumns + static_cast<int>(rollup_columns().size());
    for (int index = 2; index <= count; ++index)
        parameters += fmt::format(", ?{}", index);
    return fmt::format("INSERT INTO series({}{}) VALUES({}) {}", kKey, each_column(", {0}"),
                       parameters, on_conflict());
}

// ?1: the span, ?2: its length, ?3: whether it goes by key, ?4 and ?5: the hours.
std::string fold_sql() {
    return fmt::format(
        "INSERT INTO series({0}{1}) SELECT ?1, start_ms - start_ms % ?2 AS span_start, CASE ?3 "
        "WHEN "
        "1 THEN key_id ELSE '' END AS span_key, query_local, locality{2} FROM series WHERE span = "
        "'quarter' AND start_ms >= ?4 AND start_ms < ?5 GROUP BY span_start, span_key, "
        "query_local, locality {3}",
        kKey, each_column(", {0}"), each_column(", SUM({0})"), on_conflict());
}

}  // namespace

SeriesWriter::SeriesWriter(SQLite::Database& database)
    : add_(database, add_sql()), fold_(database, fold_sql()) {}

void SeriesWriter::count(const AttemptRow& row, const RollupSums& sums, std::int64_t times) {
    const Key key{
        row.started_ms - row.started_ms % kQuarterMs, {&row.key_id}, row.query_local, row.locality};
    groups_[key].add(sums, times);
}

void SeriesWriter::flush(std::int64_t folded_before_ms, std::int64_t folded_ms) {
    if (folded_ms > folded_before_ms) {
        for (const Span& span : kFolded) {
            fold_.tryReset();
            fold_.bindNoCopy(1, span.name);
            fold_.bind(2, span.length_ms);
            fold_.bind(3, std::int64_t{span.by_key});
            fold_.bind(4, folded_before_ms);
            fold_.bind(5, folded_ms);
            fold_.exec();
        }
    }
    for (const auto& [key, sums] : groups_) {
        write(kQuarter.name, key.quarter_ms, *key.key_id.text, key, sums);
        if (key.quarter_ms >= folded_ms) continue;
        for (const Span& span : kFolded)
            write(span.name, key.quarter_ms - key.quarter_ms % span.length_ms,
                  span.by_key ? *key.key_id.text : kEveryKey, key, sums);
    }
    groups_.clear();
}

void SeriesWriter::discard() {
    groups_.clear();
}

void SeriesWriter::write(const char* span, std::int64_t start_ms, const std::string& key_id,
                         const Key& key, const RollupSums& sums) {
    add_.tryReset();
    add_.bindNoCopy(1, span);
    add_.bind(2, start_ms);
    add_.bindNoCopy(3, key_id);
    add_.bind(4, std::int64_t{key.query_local});
    add_.bindNoCopy(5, to_string(key.locality).data());
    int index = kKeyColumns;
    for (const RollupColumn& column : rollup_columns())
        add_.bind(++index, sums.*column.member);
    add_.exec();
}

}  // namespace llmr::storage
