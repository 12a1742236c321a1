#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/types.hpp"

namespace llmr::routing {

/// A model where it runs.
struct ModelPlace {
    std::size_t upstream_index = 0;
    std::string model;
    bool operator==(const ModelPlace&) const = default;
};

/// The model that a conversation stays with, and what the query was like that it came with.
struct ConversationHome {
    ModelPlace place;
    Locality locality = Locality::local;
    int complexity = 1;
    double score = 0;
};

/// How much more complex a query must be than the one its conversation came with to leave.
inline constexpr int kComplexityRise = 3;

/// What is remembered of a conversation: no text of it.
struct Conversation {
    ModelPlace answered;  ///< who gave the last answer
    /// How many messages, from the first, other models may have had a part in.
    std::size_t foreign_messages = 0;
    std::optional<ConversationHome> home;  ///< nothing before a routed query was answered
};

/// How many messages of a request, from the first, may come from other models than `place`, going
/// by what is on record: all of them if it did not give the last answer; none without a record.
std::size_t foreign_messages(const std::optional<Conversation>& before, const ModelPlace& place,
                             std::size_t messages);

/// What is to be remembered once `by` has answered a request of so many messages. A model that the
/// client named (`routed` false) is no reason to move the conversation there.
Conversation after_answer(const std::optional<Conversation>& before, const Candidate& by,
                          const Classification& query, bool routed, std::size_t messages);

}  // namespace llmr::routing
