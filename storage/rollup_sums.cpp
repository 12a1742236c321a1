#include "storage/rollup_sums.hpp"

#include <array>

#include <fmt/format.h>

namespace llmr::storage {
namespace {

constexpr std::array kRollupColumns{
    RollupColumn{"queries", &RollupSums::queries},
    RollupColumn{"ok", &RollupSums::ok},
    RollupColumn{"errors", &RollupSums::errors},
    RollupColumn{"cancelled", &RollupSums::cancelled},
    RollupColumn{"attempts", &RollupSums::attempts},
    RollupColumn{"input_tokens", &RollupSums::input_tokens},
    RollupColumn{"output_tokens", &RollupSums::output_tokens},
    RollupColumn{"cost", &RollupSums::cost},
    RollupColumn{"unknown_cost", &RollupSums::unknown_cost},
    RollupColumn{"baseline", &RollupSums::baseline},
    RollupColumn{"savings", &RollupSums::savings},
    RollupColumn{"latency_us_sum", &RollupSums::latency_us_sum},
    RollupColumn{"latency_count", &RollupSums::latency_count},
    RollupColumn{"fallbacks", &RollupSums::fallbacks},
    RollupColumn{"interrupted", &RollupSums::interrupted},
    RollupColumn{"usage_reported", &RollupSums::usage_reported},
    RollupColumn{"usage_estimated", &RollupSums::usage_estimated},
    RollupColumn{"energy_cost", &RollupSums::energy_cost},
    RollupColumn{"cost_worst_case", &RollupSums::cost_worst_case},
};
// A member that is missing here would silently not be stored.
static_assert(sizeof(RollupSums) == kRollupColumns.size() * sizeof(std::int64_t));

bool ends_badly(AttemptStatus status) {
    return status != AttemptStatus::ok && status != AttemptStatus::client_cancelled;
}

}  // namespace

std::span<const RollupColumn> rollup_columns() {
    return kRollupColumns;
}

std::string each_column(std::string_view pattern) {
    std::string list;
    for (const RollupColumn& column : kRollupColumns)
        list += fmt::format(fmt::runtime(pattern), column.name);
    return list;
}

void RollupSums::add(const RollupSums& other, std::int64_t times) {
    for (const RollupColumn& column : kRollupColumns)
        this->*column.member += times * (other.*column.member);
}

RollupSums contribution(const AttemptRow& row) {
    RollupSums sums;
    if (row.status == AttemptStatus::open) return sums;
    if (row.final) {
        sums.queries = 1;
        sums.ok = row.status == AttemptStatus::ok;
        sums.errors = ends_badly(row.status);
        sums.cancelled = row.status == AttemptStatus::client_cancelled;
        sums.latency_count = sums.ok;
        sums.latency_us_sum = sums.ok * row.total_us;
    }
    sums.attempts = 1;
    sums.input_tokens = row.usage.input_total();
    sums.output_tokens = row.usage.output_total();
    sums.cost = row.cost.value_or(0);
    sums.unknown_cost = !row.cost && sums.input_tokens + sums.output_tokens > 0;
    sums.baseline = row.baseline.value_or(0);
    sums.savings = row.cost && row.baseline ? *row.baseline - *row.cost : 0;
    sums.fallbacks = row.fallback && row.locality == Locality::external;
    sums.interrupted = row.status == AttemptStatus::interrupted;
    sums.usage_reported = row.usage.source == UsageSource::reported;
    sums.usage_estimated = row.usage.source == UsageSource::estimated;
    sums.energy_cost = row.energy.value_or(0);
    sums.cost_worst_case = row.cost_worst_case;
    return sums;
}

}  // namespace llmr::storage
