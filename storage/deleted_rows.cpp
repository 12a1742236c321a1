#include "storage/deleted_rows.hpp"

#include <algorithm>
#include <limits>

#include <SQLiteCpp/Transaction.h>

#include "storage/fast_select.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::storage {
namespace {

// The sums know how many attempts there were. Both counts come from an index alone; open rows, of
// which there are few, are in none of the sums.
constexpr const char* kMissing =
    "SELECT (SELECT COALESCE(SUM(attempts), 0) FROM rollups WHERE span = 'hour' AND start_ms = ?1) "
    "> (SELECT COUNT(*) FROM attempts INDEXED BY attempts_started WHERE started_ms >= ?1 AND "
    "started_ms < ?2) - (SELECT COUNT(*) FROM attempts INDEXED BY attempts_open WHERE status = "
    "'open' AND started_ms >= ?1 AND started_ms < ?2)";

}  // namespace

bool edges_are_exact(SQLite::Database& database, std::span<const std::int64_t> edges,
                     std::int64_t stored_ms) {
    SQLite::Transaction transaction(database);
    FastSelect missing(database, kMissing);
    return std::none_of(edges.begin(), edges.end(), [&](std::int64_t edge) {
        constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
        if (edge <= 0 || edge == kNever || edge % stored_ms == 0) return false;
        missing.reset();
        missing.bind(1, hour_of(edge));
        missing.bind(2, hour_of(edge) + kHourMs);
        return missing.step() && missing.integer(0) != 0;
    });
}

}  // namespace llmr::storage
