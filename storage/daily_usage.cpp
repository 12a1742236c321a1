#include "storage/daily_usage.hpp"

#include <exception>

#include <SQLiteCpp/Statement.h>

#include "storage/database_file.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr const char* kSelect =
    "SELECT started_ms - started_ms % 86400000 AS day, upstream, CASE model_served WHEN '' THEN "
    "model ELSE model_served END AS name, COUNT(*), SUM(input_uncached), SUM(cache_read), "
    "SUM(cache_write), SUM(output_visible + reasoning), SUM(COALESCE(cost, 0)), SUM(cost IS NULL) "
    "FROM attempts INDEXED BY attempts_started WHERE started_ms >= ?1 AND started_ms < ?2 AND "
    "locality = 'external' AND status <> 'open' AND usage_source <> 'none' GROUP BY day, upstream, "
    "name ORDER BY day, upstream, name";

}  // namespace

Result<std::vector<DailyUsage>> read_daily_usage(const std::string& path, TimeRange range) try {
    const auto database = open_reader(path, kBusyTimeoutMs);
    SQLite::Statement select(*database, kSelect);
    select.bind(1, range.from_ms);
    select.bind(2, range.to_ms);
    std::vector<DailyUsage> days;
    while (select.executeStep()) {
        const auto number = [&](int index) { return select.getColumn(index).getInt64(); };
        DailyUsage& day = days.emplace_back();
        day.day_ms = number(0);
        day.upstream = select.getColumn(1).getString();
        day.model = select.getColumn(2).getString();
        day.attempts = number(3);
        day.input_uncached = number(4);
        day.cache_read = number(5);
        day.cache_write = number(6);
        day.output_tokens = number(7);
        day.cost = number(8);
        day.without_cost = number(9);
    }
    return days;
} catch (const std::exception& failure) {
    return ledger_error(path, failure.what());
}

}  // namespace llmr::storage
