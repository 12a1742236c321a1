#include "storage/recent_query.hpp"

#include <algorithm>
#include <limits>

#include <SQLiteCpp/Statement.h>

#include "core/clock.hpp"
#include "storage/row_codec.hpp"

namespace llmr::storage {
namespace {

constexpr int kMostRows = 1000;
constexpr std::int64_t kSliceRows = 20'000;
constexpr std::int64_t kTimeBudgetUs = 250'000;

/// The fixed clauses; which of them are present depends on the filter, their texts do not.
std::string select_sql(const QueryFilter& filter) {
    std::string sql =
        "SELECT id, " + column_list() +
        " FROM attempts WHERE id >= :from AND id < :before AND started_ms >= :since AND "
        "started_ms < :until";
    if (filter.type) sql += " AND type = :type";
    if (filter.locality) sql += " AND locality = :locality";
    if (filter.status) sql += " AND status = :status";
    if (!filter.model.empty()) sql += " AND model = :model";
    if (!filter.upstream.empty()) sql += " AND upstream = :upstream";
    if (filter.key_id) sql += " AND key_id = :key_id";
    if (!filter.request_id.empty()) sql += " AND request_id = :request_id";
    return sql + " ORDER BY id DESC LIMIT :limit";
}

void bind_filter(SQLite::Statement& select, const QueryFilter& filter) {
    select.bind(":since", filter.range.from_ms);
    select.bind(":until", filter.range.to_ms);
    if (filter.type) select.bindNoCopy(":type", to_string(*filter.type).data());
    if (filter.locality) select.bindNoCopy(":locality", to_string(*filter.locality).data());
    if (filter.status) select.bindNoCopy(":status", to_string(*filter.status).data());
    if (!filter.model.empty()) select.bindNoCopy(":model", filter.model);
    if (!filter.upstream.empty()) select.bindNoCopy(":upstream", filter.upstream);
    if (filter.key_id) select.bindNoCopy(":key_id", *filter.key_id);
    if (!filter.request_id.empty()) select.bindNoCopy(":request_id", filter.request_id);
}

std::int64_t newest_rowid(SQLite::Database& database) {
    return database.execAndGet("SELECT COALESCE(MAX(id), 0) FROM attempts").getInt64();
}

}  // namespace

QueryPage read_recent(SQLite::Database& database, const QueryFilter& filter) {
    const auto limit = static_cast<std::size_t>(std::clamp(filter.limit, 1, kMostRows));
    // A request's rows are found by its index, however old they are.
    const std::int64_t slice =
        filter.request_id.empty() ? kSliceRows : std::numeric_limits<int>::max();
    const SteadyTime start = steady_now();
    QueryPage page;
    SQLite::Statement select(database, select_sql(filter));
    bind_filter(select, filter);
    std::int64_t before = newest_rowid(database) + 1;
    if (filter.before_rowid > 0) before = std::min(before, filter.before_rowid);
    while (before > 1 && page.rows.size() < limit) {
        const std::int64_t from = std::max<std::int64_t>(1, before - slice);
        select.tryReset();
        select.bind(":from", from);
        select.bind(":before", before);
        select.bind(":limit", static_cast<std::int64_t>(limit - page.rows.size()));
        while (select.executeStep()) {
            page.rowids.push_back(select.getColumn(0).getInt64());
            page.rows.push_back(read_row(select, 1));
        }
        before = page.rows.size() < limit ? from : page.rowids.back();
        if (micros_between(start, steady_now()) > kTimeBudgetUs) break;
    }
    page.next_before_rowid = before > 1 ? before : 0;
    return page;
}

}  // namespace llmr::storage
