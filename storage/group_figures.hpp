#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/queries.hpp"
#include "storage/rollup_sums.hpp"

/// How stored sums become the figures of a group. The figures of a final attempt belong to where
/// its query went, those of tokens and money to where the attempt itself ran.
namespace llmr::storage {

inline void add_query_figures(GroupTotals& group, const RollupSums& sums) {
    group.queries += sums.queries;
    group.ok += sums.ok;
    group.errors += sums.errors;
    group.cancelled += sums.cancelled;
    group.latency_us_sum += sums.latency_us_sum;
    group.latency_count += sums.latency_count;
}

inline void add_attempt_figures(GroupTotals& group, const RollupSums& sums) {
    group.attempts += sums.attempts;
    group.input_tokens += sums.input_tokens;
    group.output_tokens += sums.output_tokens;
    group.cost_pico += sums.cost;
    group.unknown_cost += sums.unknown_cost;
    group.baseline_pico += sums.baseline;
    group.savings_pico += sums.savings;
    group.energy_pico += sums.energy_cost;
    group.worst_case_costs += sums.cost_worst_case;
}

inline void add_all_figures(GroupTotals& group, const RollupSums& sums) {
    add_query_figures(group, sums);
    add_attempt_figures(group, sums);
}

/// Adds to the total and to its two halves.
template <class Halves>
void add_halves(Halves& out, bool query_local, bool local, const RollupSums& sums) {
    add_all_figures(out.total, sums);
    add_query_figures(query_local ? out.local : out.external, sums);
    add_attempt_figures(local ? out.local : out.external, sums);
}

inline void busiest_first(std::vector<GroupTotals>& groups) {
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
        return std::pair(a.queries, a.attempts) > std::pair(b.queries, b.attempts);
    });
}

}  // namespace llmr::storage
