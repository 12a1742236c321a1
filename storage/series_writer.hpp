#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "storage/attempt_row.hpp"
#include "storage/rollup_sums.hpp"
#include "storage/text_ref.hpp"

/// Narrow sums for time series and for statistics by API key: per quarter of an hour and key as
/// rows are written (zones such as +05:45 cut UTC hours at quarters), and for hours that are over
/// also per quarter, per hour, per hour and key, and per UTC day and key.
namespace llmr::storage {

inline constexpr std::int64_t kQuarterMs = 900'000;

/// Collects what the rows of one transaction add, then writes it. The same rules as RollupWriter,
/// which it belongs to.
class SeriesWriter {
public:
    explicit SeriesWriter(SQLite::Database& database);

    void count(const AttemptRow& row, const RollupSums& sums, std::int64_t times);
    /// Writes what was collected. The hours from `folded_before_ms` up to `folded_ms` are folded
    /// first: they are over.
    void flush(std::int64_t folded_before_ms, std::int64_t folded_ms);
    void discard();

private:
    struct Key {
        std::int64_t quarter_ms;
        TextRef key_id;
        bool query_local;
        Locality locality;
        std::strong_ordering operator<=>(const Key&) const = default;
    };

    void write(const char* span, std::int64_t start_ms, const std::string& key_id, const Key& key,
               const RollupSums& sums);

    std::map<Key, RollupSums> groups_;
    SQLite::Statement add_;
    SQLite::Statement fold_;
};

/// The migration that adds table `series`, filled from the rows, and the index on attempts by time
/// that exact edges of a range are read with.
extern const char* const kSeriesMigration;

}  // namespace llmr::storage
