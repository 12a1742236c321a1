#include "storage/retention.hpp"

#include <algorithm>
#include <vector>

namespace llmr::storage {
namespace {

constexpr int kFirstSliceRows = 32;
constexpr int kFewestSliceRows = 8;
constexpr int kMostSliceRows = 512;
/// What a commit may have to wait for a slice, with room for a slow disk.
constexpr std::int64_t kSliceMicros = 5'000;

// ids grow with time, so the oldest rows are the first; one that was replayed late is found when
// the sweep gets there.
constexpr const char* kOldest =
    "SELECT id, started_ms, decision_seq, status = 'open' OR awaits_next FROM attempts "
    "WHERE id > ?1 ORDER BY id LIMIT ?2";

}  // namespace

Retention::Retention(SQLite::Database& database)
    : oldest_(database, kOldest),
      remove_(database, "DELETE FROM attempts WHERE id = ?1"),
      pages_(database, "PRAGMA page_count"),
      free_pages_(database, "PRAGMA freelist_count"),
      page_bytes_(database.execAndGet("PRAGMA page_size").getInt64()),
      rows_(kFirstSliceRows) {}

std::int64_t Retention::bytes_in_use() {
    pages_.tryReset();
    free_pages_.tryReset();
    pages_.executeStep();
    free_pages_.executeStep();
    const std::int64_t pages = pages_.getColumn(0).getInt64() - free_pages_.getColumn(0).getInt64();
    pages_.tryReset();
    free_pages_.tryReset();
    return pages * page_bytes_;
}

bool Retention::is_due(const RetentionLimits& limits) {
    if (limits.max_bytes > 0 && bytes_in_use() > limits.max_bytes) return true;
    if (limits.older_than_ms <= 0) return false;
    oldest_.tryReset();
    oldest_.bind(1, after_id_);
    oldest_.bind(2, rows_);
    bool old = false;
    while (!old && oldest_.executeStep())
        old = oldest_.getColumn(1).getInt64() < limits.older_than_ms;
    oldest_.tryReset();
    if (!old) after_id_ = 0;  // the next sweep sees rows that came late, too
    return old;
}

int Retention::delete_slice(const RetentionLimits& limits) {
    const bool too_big = limits.max_bytes > 0 && bytes_in_use() > limits.max_bytes;
    std::vector<std::int64_t> ids;
    std::int64_t last_id = after_id_;
    oldest_.tryReset();
    oldest_.bind(1, after_id_);
    oldest_.bind(2, rows_);
    while (oldest_.executeStep()) {
        last_id = oldest_.getColumn(0).getInt64();
        const bool unfinished = oldest_.getColumn(3).getInt() != 0;
        const bool kept = oldest_.getColumn(2).getInt64() >= limits.keep_from_seq &&
                          oldest_.getColumn(2).getInt64() > 0;
        const bool old = oldest_.getColumn(1).getInt64() < limits.older_than_ms;
        if (!unfinished && !kept && (too_big || old)) ids.push_back(last_id);
    }
    oldest_.tryReset();
    for (const std::int64_t id : ids) {
        remove_.tryReset();
        remove_.bind(1, id);
        remove_.exec();
    }
    after_id_ = ids.empty() ? 0 : last_id;
    return static_cast<int>(ids.size());
}

void Retention::took(std::int64_t micros) {
    if (micros > kSliceMicros)
        rows_ = std::max(kFewestSliceRows, rows_ / 2);
    else if (micros < kSliceMicros / 2)
        rows_ = std::min(kMostSliceRows, rows_ * 2);
}

}  // namespace llmr::storage
