#include "daemon/response_store.hpp"

#include <utility>

namespace llmr::daemon {

std::size_t ResponseStore::bytes_of(const StoredResponse& stored) {
    return stored.id.size() + stored.key_id.size() + stored.response.size() + stored.items.size();
}

bool ResponseStore::put(StoredResponse stored) {
    const std::size_t bytes = bytes_of(stored);
    if (capacity_ == 0 || bytes > max_bytes_) return false;
    const std::scoped_lock lock(mutex_);
    if (const auto old = by_id_.find(stored.id); old != by_id_.end()) remove(old->second);
    while (entries_.size() >= capacity_ || bytes_ + bytes > max_bytes_)
        remove(std::prev(entries_.end()));
    entries_.push_front(std::move(stored));
    by_id_[entries_.front().id] = entries_.begin();
    bytes_ += bytes;
    return true;
}

std::optional<StoredResponse> ResponseStore::find(std::string_view id, std::string_view key_id) {
    const std::scoped_lock lock(mutex_);
    const auto entry = look_up(id, key_id);
    if (entry == entries_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, entry);
    return *entry;
}

bool ResponseStore::erase(std::string_view id, std::string_view key_id) {
    const std::scoped_lock lock(mutex_);
    const auto entry = look_up(id, key_id);
    if (entry == entries_.end()) return false;
    remove(entry);
    return true;
}

ResponseStore::Entries::iterator ResponseStore::look_up(std::string_view id,
                                                        std::string_view key_id) {
    const auto found = by_id_.find(std::string(id));
    const bool own = found != by_id_.end() && found->second->key_id == key_id;
    return own ? found->second : entries_.end();
}

void ResponseStore::remove(Entries::iterator entry) {
    bytes_ -= bytes_of(*entry);
    by_id_.erase(entry->id);
    entries_.erase(entry);
}

}  // namespace llmr::daemon
