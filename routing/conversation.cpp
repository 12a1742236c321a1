#include "routing/conversation.hpp"

namespace llmr::routing {
namespace {

/// Staying keeps what the conversation came with; anything else is a new beginning.
bool stays(const Conversation& before, const ModelPlace& place, int complexity) {
    return before.home && before.home->place == place &&
           complexity < before.home->complexity + kComplexityRise;
}

}  // namespace

std::size_t foreign_messages(const std::optional<Conversation>& before, const ModelPlace& place,
                             std::size_t messages) {
    if (!before) return 0;
    return before->answered == place ? before->foreign_messages : messages;
}

Conversation after_answer(const std::optional<Conversation>& before, const Candidate& by,
                          const Classification& query, bool routed, std::size_t messages) {
    Conversation after;
    after.answered = {by.upstream_index, by.model};
    after.foreign_messages = foreign_messages(before, after.answered, messages);
    if (before) after.home = before->home;
    if (!routed || (before && stays(*before, after.answered, query.complexity))) return after;
    after.home = ConversationHome{after.answered, by.locality, query.complexity, query.score};
    return after;
}

}  // namespace llmr::routing
