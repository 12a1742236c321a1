#pragma once

#include <string_view>

#include "core/error.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::daemon {

/// The debug line of an attempt that has ended: "query" if it was the query's last, else "attempt".
/// Nothing of prompt, answer or key is in it.
void log_attempt(const storage::AttemptRow& row);

/// The same of a query that was refused before any attempt.
void log_refusal(std::string_view request_id, Errc code);

}  // namespace llmr::daemon
