#include "storage/deferred_rows.hpp"

#include <utility>

namespace llmr::storage {

void DeferredRows::hold(QueuedRow queued) {
    rows_.push_back(std::move(queued));
    index_.emplace(key_of(rows_.back().row), std::prev(rows_.end()));
}

std::optional<QueuedRow> DeferredRows::take(const AttemptRow& newer) {
    const auto found = index_.find(key_of(newer));
    if (found == index_.end()) return std::nullopt;
    return remove(found->second);
}

void DeferredRows::move_due(SteadyTime now, std::vector<QueuedRow>& out) {
    while (!rows_.empty() && rows_.front().due <= now) out.push_back(remove(rows_.begin()));
}

void DeferredRows::move_all(std::vector<QueuedRow>& out) {
    while (!rows_.empty()) out.push_back(remove(rows_.begin()));
}

QueuedRow DeferredRows::remove(Rows::iterator where) {
    index_.erase(key_of(where->row));  // before the move: the key points into the row
    QueuedRow row = std::move(*where);
    rows_.erase(where);
    return row;
}

}  // namespace llmr::storage
