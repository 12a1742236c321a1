#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "classifier/features.hpp"
#include "core/chat_request.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/local_only.hpp"
#include "core/types.hpp"
#include "daemon/worker.hpp"
#include "routing/conversations.hpp"
#include "routing/local_share.hpp"
#include "routing/model_name.hpp"

namespace llmr::daemon {

/// What a client says beside the body, in request headers.
struct RequestHints {
    std::optional<Locality> route;  ///< x-router-route: local | external
    /// by setting, by key or by x-router-privacy: local-only
    LocalOnly local_only = LocalOnly::no;
    std::optional<QueryType> type;  ///< x-router-type
    std::string session;            ///< x-router-session
    /// When the answer must have begun: x-router-deadline-ms after the request's arrival.
    std::optional<SteadyTime> answer_by;
    std::string_view body;    ///< bounds what an external call can cost
    std::string_view key_id;  ///< of the client, for its budget

    /// Error (invalid_parameter): a value that is none of the known ones, naming the header.
    static Result<RequestHints> read(const struct RequestContext& context);
};

/// How a decision treats the local share.
enum class ShareMode : std::uint8_t {
    reserve,  ///< counts the query and takes a place: a query that will be dispatched
    peek      ///< /router/explain: answers as if, changes nothing
};

/// Everything known about a query before it is dispatched.
struct Decision {
    classifier::Features features;
    Classification classification;
    std::int64_t input_tokens = 0;  ///< estimated, of the whole request
    RoutePlan plan;
    bool routed = false;            ///< the model was ours to choose
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
