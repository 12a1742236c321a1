#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/money.hpp"
#include "core/types.hpp"
#include "routing/local_share.hpp"
#include "routing/recorded_choice.hpp"

namespace llmr::routing {

/// What the ledger knows of one query, all of its attempts together.
struct RecordedQuery {
    std::int64_t seq = 0;  ///< of its decision
    std::int64_t started_ms = 0;
    QueryType type = QueryType::simple;
    int complexity = 1;
    double score = 0;
    Choice choice = Choice::routed;
    bool external = false;    ///< an attempt left the machine
    bool fell_back = false;   ///< one left after a local one had failed
    std::uint32_t model = 0;  ///< that answered last, as its caller numbers them
    Usage usage;              ///< of the last attempt
    PicoUsd cost = 0;         ///< of all attempts
    bool cost_unknown = false;
    std::optional<PicoUsd> baseline;  ///< of the last attempt
};

struct ReplayTotals {
    std::int64_t queries = 0;
    std::int64_t external = 0;
    PicoUsd cost = 0;
    PicoUsd baseline = 0;
    PicoUsd savings = 0;        ///< baseline - cost, of queries with both
    std::int64_t unpriced = 0;  ///< queries whose cost is unknown
};

/// Where a replayed query went.
struct ReplayedQuery {
    const RecordedQuery* query = nullptr;
    bool external = false;
    bool moved = false;  ///< it went elsewhere when it was recorded
};

struct ReplayResult {
    ReplayTotals recorded;
    ReplayTotals replayed;
    std::int64_t moved_to_local = 0;
    std::int64_t moved_to_external = 0;
    std::int64_t first_ms = 0;  ///< started_ms of the queries; 0: none
    std::int64_t last_ms = 0;
};

/// What a query costs if an external model answers it, also one that went outside when it was
/// recorded; nothing where there is no price.
using ExternalPrice = std::function<std::optional<PicoUsd>(const RecordedQuery&)>;

/// What recorded queries would have done by `config` (routing_enabled, local_threshold,
/// local_window, complexity_threshold, share_unit, fallback_policy): each asks a local share that
/// begins empty, in the order of the decisions. A query that moves to a local model costs
/// nothing; one that moves outside costs the tokens it had at `price`. Queries that were not free
/// to move stay where they were. Budgets, breakers and conversations are not played again.
/// `queries` is sorted by it; `each`, if given, hears of every query in order. Pure but for both.
ReplayResult replay(std::vector<RecordedQuery>& queries, const Config& config,
                    const ExternalPrice& price,
                    const std::function<void(const ReplayedQuery&)>& each = {});

}  // namespace llmr::routing
