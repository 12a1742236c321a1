#pragma once

#include <cstddef>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/clock.hpp"
#include "routing/conversation.hpp"
#include "routing/conversation_key.hpp"

namespace llmr::routing {

/// Which model each conversation is with, in memory alone: a restart forgets them. Bounded: those
/// unused for longest leave first. Thread-safe; each call holds the lock for one look-up.
class Conversations {
public:
    explicit Conversations(std::size_t capacity = 10'000) : capacity_(capacity) {}

    /// Nothing if unknown, or if the last answer is older than `keep`. Changes nothing.
    std::optional<Conversation> find(const ConversationKey& key, SteadyTime now,
                                     std::chrono::seconds keep) const;
    void remember(const ConversationKey& key, Conversation conversation, SteadyTime now);
    std::size_t size() const;

private:
    struct Entry {
        ConversationKey key;
        Conversation conversation;
        SteadyTime used;
    };
    struct KeyHash {
        std::size_t operator()(const ConversationKey& key) const {
            std::size_t part = 0;  // of a hash: good enough as it is
            std::memcpy(&part, key.data(), sizeof part);
            return part;
        }
    };
    using Entries = std::list<Entry>;

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    Entries entries_;  ///< used last comes first
    std::unordered_map<ConversationKey, Entries::iterator, KeyHash> by_key_;
};

}  // namespace llmr::routing
