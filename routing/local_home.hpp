#pragma once

#include <string>
#include <vector>

#include "routing/local_candidates.hpp"
#include "routing/policy.hpp"

namespace llmr::routing {

/// The model that a conversation is with, to be tried first.
Candidate home_candidate(const ConversationHome& home, const RouteContext& context);

/// Why a conversation leaves its local model: a query that is much more complex than the one it
/// came with, or a model that is gone, failing or unable. Empty if it stays. `locals`: what would
/// be tried otherwise; a server that lists no models is known from there alone.
std::string why_leaves_local(const ConversationHome& home, int complexity, const LocalNeeds& needs,
                             const std::vector<Candidate>& locals, const RouteContext& context);

}  // namespace llmr::routing
