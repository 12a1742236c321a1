#pragma once

#include <optional>

#include "classifier/features.hpp"
#include "core/chat_request.hpp"
#include "core/error.hpp"
#include "core/types.hpp"
#include "daemon/query/request_hints.hpp"
#include "daemon/query/share_access.hpp"
#include "daemon/worker.hpp"
#include "routing/conversations.hpp"
#include "routing/local_share.hpp"
#include "routing/model_name.hpp"

namespace llmr::daemon {

/// Everything known about a query before it is dispatched.
struct Decision {
    classifier::Features features;
    Classification classification;
    std::int64_t classification_us = 0;  ///< what that took
    std::int64_t input_tokens = 0;       ///< estimated, of the whole request
    RoutePlan plan;
    bool routed = false;            ///< the model was ours to choose
    bool type_asked = false;        ///< by the client, in a header or the model's name
    bool repeated = false;          ///< the user asked the same a moment ago
    bool output_limited = false;    ///< the client set max_tokens
    std::size_t message_count = 0;  ///< of the request
    /// Where to remember who answered; nothing where conversations do not stay.
    std::optional<routing::ConversationKey> conversation_key;
    std::optional<routing::Conversation> conversation;  ///< what was remembered of it until now
    routing::Grant grant = routing::Grant::not_asked;   ///< what the share said, or would say
    routing::LocalShare::Ticket ticket;                 ///< only with ShareMode::reserve
};

/// Classifies and plans. The one function behind dispatch and /router/explain, so that they cannot
/// disagree. No I/O.
Result<Decision> decide(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                        ShareMode mode);

}  // namespace llmr::daemon
