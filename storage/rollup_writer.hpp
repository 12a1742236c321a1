#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "storage/attempt_row.hpp"
#include "storage/latency_histogram.hpp"
#include "storage/rollup_sums.hpp"
#include "storage/series_writer.hpp"
#include "storage/text_ref.hpp"

/// Sums of closed attempts, kept per hour in the transaction that writes the rows, so that reading
/// statistics never scans attempts. Hours that are over are folded into days and into 'all'.
namespace llmr::storage {

inline constexpr std::int64_t kHourMs = 3'600'000;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
inline std::int64_t hour_of(std::int64_t utc_ms) {
    return utc_ms - utc_ms % kHourMs;
}
inline std::int64_t day_of(std::int64_t utc_ms) {
    return utc_ms - utc_ms % kDayMs;
}

/// A span that hours are folded into once they are over; length 0: everything is one span.
struct FoldedSpan {
    const char* name;
    std::int64_t length_ms;
};
inline constexpr FoldedSpan kGroupSpans[] = {{"day", kDayMs}, {"all", 0}};
/// Percentiles of a long range want few spans.
inline constexpr FoldedSpan kLatencySpans[] = {{"6 hours", 6 * kHourMs}, {"day", kDayMs},
                                               {"4 days", 4 * kDayMs},   {"16 days", 16 * kDayMs},
                                               {"64 days", 64 * kDayMs}, {"all", 0}};
inline std::int64_t start_in(const FoldedSpan& span, std::int64_t utc_ms) {
    return span.length_ms == 0 ? 0 : utc_ms - utc_ms % span.length_ms;
}

/// What totals hold beyond the rollups, so that a start takes constant time.
struct LedgerTotals {
    std::int64_t decisions = 0;  ///< final attempts with a decision number
    std::int64_t external = 0;   ///< of those, queries that left the machine
    std::int64_t last_seq = 0;
    std::int64_t folded_until_ms = 0;  ///< hours before this are in days and 'all' too
    bool operator==(const LedgerTotals&) const = default;
};

/// Collects what the rows of one transaction add, then writes it. Not thread-safe; belongs to the
/// connection it was made for.
class RollupWriter {
public:
    explicit RollupWriter(SQLite::Database& database);

    /// Adds (`times` 1) or takes back (-1) a closed row. Points into `row`, which must stay
    /// where it is until flush() or discard().
    void count(const AttemptRow& row, std::int64_t times);
    /// Writes everything collected, inside the caller's transaction.
    void flush();
    /// The transaction was committed: the new totals are valid.
    void committed();
    /// The transaction was rolled back: forgets what was collected.
    void discard();

    const LedgerTotals& totals() const { return committed_; }

private:
    struct Key {
        std::int64_t hour_ms;
        bool query_local;
        QueryType type;
        TextRef model;
        TextRef upstream;
        Locality locality;
        std::strong_ordering operator<=>(const Key&) const = default;
    };
    struct Group {
        RollupSums sums;
        std::int64_t first_ms;
        std::int64_t last_ms;
    };
    enum class LatencyKind : std::uint8_t { latency, ttft };
    struct LatencyKey {
        std::int64_t hour_ms;
        LatencyKind kind;
        bool query_local;
        std::strong_ordering operator<=>(const LatencyKey&) const = default;
    };

    void fold_hours_before(std::int64_t hour_ms);
    void fold(SQLite::Statement& statement, const FoldedSpan& span, std::int64_t hour_ms);
    void write_group(const char* span, std::int64_t start_ms, const Key& key, const Group& group);
    void write_hour_latency(const LatencyKey& key, const LatencyHistogram& added);
    LatencyHistogram read_hour_latency(const LatencyKey& key);
    static void bind_latency_key(SQLite::Statement& statement, const char* span,
                                 std::int64_t start_ms, const LatencyKey& key);
    void write_latency(SQLite::Statement& statement, const char* span, std::int64_t start_ms,
                       const LatencyKey& key, const std::string& counts);
    void write_totals();

    LedgerTotals committed_;
    LedgerTotals pending_;
    std::map<Key, Group> groups_;
    std::map<LatencyKey, LatencyHistogram> latencies_;
    /// The running hour as the table will have it, so that a commit need not read it again.
    std::map<LatencyKey, LatencyHistogram> running_;
    SQLite::Statement add_group_;
    SQLite::Statement add_latency_;
    SQLite::Statement set_latency_;
    SQLite::Statement get_latency_;
    SQLite::Statement set_totals_;
    SQLite::Statement fold_groups_;
    SQLite::Statement fold_latencies_;
    SeriesWriter series_;
};

}  // namespace llmr::storage
