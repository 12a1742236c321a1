#include "storage/row_scan.hpp"

#include <exception>

#include <SQLiteCpp/Statement.h>

#include "storage/database_file.hpp"
#include "storage/row_codec.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kBatchRows = 2000;

}  // namespace

Result<void> scan_rows(const std::string& path, TimeRange range,
                       const std::function<bool(const RowBatch&)>& each) try {
    const auto database = open_reader(path, kBusyTimeoutMs);
    // The index on time says between which rows to look.
    SQLite::Statement bounds(*database,
                             "SELECT MIN(id), MAX(id) FROM attempts INDEXED BY attempts_started "
                             "WHERE started_ms >= ?1 AND started_ms < ?2");
    bounds.bind(1, range.from_ms);
    bounds.bind(2, range.to_ms);
    bounds.executeStep();
    std::int64_t next = bounds.getColumn(0).getInt64();
    const std::int64_t last = bounds.getColumn(1).getInt64();
    bounds.reset();
    SQLite::Statement select(*database,
                             "SELECT id, " + column_list() +
                                 " FROM attempts NOT INDEXED WHERE id >= ?1 AND id <= ?2 AND "
                                 "started_ms >= ?3 AND started_ms < ?4 ORDER BY id LIMIT ?5");
    while (next > 0 && next <= last) {
        select.reset();
        select.bind(1, next);
        select.bind(2, last);
        select.bind(3, range.from_ms);
        select.bind(4, range.to_ms);
        select.bind(5, kBatchRows);
        RowBatch batch;
        while (select.executeStep()) {
            batch.rowids.push_back(select.getColumn(0).getInt64());
            batch.rows.push_back(read_row(select, 1));
        }
        select.reset();
        if (batch.rows.empty()) break;
        next = batch.rowids.back() + 1;
        if (!each(batch)) break;
    }
    return {};
} catch (const std::exception& failure) {
    return ledger_error(path, failure.what());
}

}  // namespace llmr::storage
