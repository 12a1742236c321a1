#include "routing/conversations.hpp"

namespace llmr::routing {

std::optional<Conversation> Conversations::find(const ConversationKey& key, SteadyTime now,
                                                std::chrono::seconds keep) const {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end() || now - found->second->used > keep) return std::nullopt;
    return found->second->conversation;
}

void Conversations::remember(const ConversationKey& key, Conversation conversation,
                             SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        found->second->conversation = std::move(conversation);
        found->second->used = now;
        entries_.splice(entries_.begin(), entries_, found->second);
        return;
    }
    entries_.push_front(Entry{key, std::move(conversation), now});
    by_key_.emplace(key, entries_.begin());
    if (entries_.size() <= capacity_) return;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
}

std::size_t Conversations::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace llmr::routing
