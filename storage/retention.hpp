#pragma once

#include <cstdint>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

namespace llmr::storage {

/// What goes. Nothing set: everything stays.
struct RetentionLimits {
    std::int64_t older_than_ms = 0;  ///< rows that started before this UTC time
    std::int64_t max_bytes = 0;      ///< pages in use beyond this: the oldest rows; 0: no limit
    std::int64_t keep_from_seq = 0;  ///< this decision and later ones stay in any case
    bool any() const { return older_than_ms > 0 || max_bytes > 0; }
};

/// Deletes old attempts in slices of a few milliseconds, oldest first. Rollups stay, so totals do
/// not change. Open rows and such that wait for their query's next attempt stay. Not thread-safe;
/// belongs to the connection it was made for.
class Retention {
public:
    explicit Retention(SQLite::Database& database);

    /// One slice, inside the caller's transaction. Returns how many rows went; 0: the sweep is done
    /// and the next one begins at the oldest row again.
    int delete_slice(const RetentionLimits& limits);
    /// The pages in use exceed the limit, or the oldest row is too old. Cheap.
    bool is_due(const RetentionLimits& limits);
    /// The caller's word on how long the slice took, commit included: the next one is sized by it.
    void took(std::int64_t micros);

private:
    std::int64_t bytes_in_use();

    SQLite::Statement oldest_;
    SQLite::Statement remove_;
    SQLite::Statement pages_;
    SQLite::Statement free_pages_;
    std::int64_t page_bytes_;
    std::int64_t after_id_ = 0;  ///< where the sweep has got to
    int rows_;                   ///< of one slice
};

}  // namespace llmr::storage
