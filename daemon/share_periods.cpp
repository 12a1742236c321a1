#include "daemon/share_periods.hpp"

#include <array>

namespace llmr::daemon {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

struct Period {
    std::string_view name;
    std::int64_t hours;
};
constexpr std::array kPeriods{Period{"last_24_hours", 24}, Period{"last_7_days", 7 * 24}};

}  // namespace

Result<std::vector<SharePeriod>> share_periods(storage::LedgerReader& reader, std::int64_t now_ms) {
    std::vector<SharePeriod> periods;
    for (const Period& period : kPeriods) {
        const std::int64_t from = now_ms - now_ms % kHourMs - period.hours * kHourMs;
        const auto stats = reader.stats(from);
        if (!stats) return stats.error();
        periods.push_back({period.name, from, stats->total.queries, stats->external.queries});
    }
    return periods;
}

}  // namespace llmr::daemon
