#pragma once

#include <cstdint>
#include <string_view>

#include "core/chat_request.hpp"
#include "core/config.hpp"
#include "daemon/query/decide.hpp"
#include "daemon/worker.hpp"
#include "routing/weighted_share.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::daemon {

/// As LLM_LOCAL_SHARE_BY has it.
std::string_view to_string(ShareUnit unit);

/// What a query counts for the local share, in its unit: if it stays the estimated tokens of its
/// prompt, or what they would cost at the external model; if it goes to `candidate` (null: nobody
/// yet) the most it can come to. A model without a price counts so much that it is never let out.
routing::ShareWeight share_weight(Worker& worker, const ChatRequest& request,
                                  const RequestHints& hints, const Candidate* candidate,
                                  std::int64_t input_tokens);

/// What an attempt came to in the unit of the share: its tokens; or its cost, and for a local one
/// what it would have cost.
std::int64_t share_weight(const storage::AttemptRow& row, ShareUnit unit);

}  // namespace llmr::daemon
