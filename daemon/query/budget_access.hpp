#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/chat_request.hpp"
#include "daemon/worker.hpp"
#include "routing/budget.hpp"
#include "routing/worst_case.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// The most that a call can cost, and by which price.
struct WorstCase {
    PicoUsd cost = 0;
    std::string price_id;
};

/// Of sending `request` to a model of an upstream now. The request's views must be valid. Nothing
/// if no price is known. No I/O.
std::optional<WorstCase> worst_case(Worker& worker, const Config& config,
                                    const ChatRequest& request, std::string_view body,
                                    std::size_t upstream_index, std::string_view model,
                                    std::int64_t now_ms);

/// The most tokens that this call can be billed for, input and output.
routing::TokenBound worst_tokens(Worker& worker, const ChatRequest& request, std::string_view body,
                                 std::size_t upstream_index, std::string_view model);

/// What a refusal is for the client: budget_exceeded, with the time until the period ends.
Error budget_error(const routing::BudgetVerdict& verdict, std::int64_t now_ms);

/// What the current UTC day and month have cost so far. Blocks on SQLite. Error:
/// ledger_unavailable.
Result<routing::BudgetSpent> budget_spent(storage::LedgerReader& reader, std::int64_t now_ms);

/// The caps as configured, names of keys resolved to their ids.
routing::BudgetLimits budget_limits(const Config& config);

}  // namespace llmr::daemon
