#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "storage/ledger.hpp"

namespace llmr::storage {

/// A row on its way to the storage thread.
struct QueuedRow {
    AttemptRow row;
    Ledger::Urgency urgency = Ledger::Urgency::now;
    int lane = 0;
    std::uint64_t token = 0;
    SteadyTime due{};  ///< deferrable: when it is to be written at the latest
};

/// Open rows that wait for their closing row, so that a quick attempt costs one insert instead of
/// an insert and an update. Not thread-safe.
class DeferredRows {
public:
    /// No row with the same key may be held: take() it first.
    void hold(QueuedRow queued);
    /// Takes out the open row that `newer`, with the same key, makes superfluous, if it is here.
    std::optional<QueuedRow> take(const AttemptRow& newer);
    /// Moves the rows due at `now` to the end of `out`, in the order in which they came.
    void move_due(SteadyTime now, std::vector<QueuedRow>& out);
    void move_all(std::vector<QueuedRow>& out);

    bool empty() const { return rows_.empty(); }
    SteadyTime next_due() const { return rows_.front().due; }

private:
    /// Points into the row it belongs to; list nodes do not move.
    struct Key {
        std::string_view request_id;
        int attempt;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const {
            return std::hash<std::string_view>{}(key.request_id) +
                   static_cast<std::size_t>(key.attempt);
        }
    };
    using Rows = std::list<QueuedRow>;

    static Key key_of(const AttemptRow& row) { return {row.request_id, row.attempt}; }
    QueuedRow remove(Rows::iterator where);

    Rows rows_;  ///< in order of arrival, which is that of `due`: the delay is the same for all
    std::unordered_map<Key, Rows::iterator, Hash> index_;
};

}  // namespace llmr::storage
