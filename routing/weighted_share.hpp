#pragma once

#include <cstdint>
#include <vector>

namespace llmr::routing {

/// What one query counts in the unit of the local share: if it stays, at least, and if it leaves,
/// at most. In queries both are 1.
struct ShareWeight {
    std::int64_t local = 1;
    std::int64_t external = 1;
};

/// The bound of the local share where queries do not count alike: by tokens or by cost. What leaves
/// is counted with the most it can come to, what stays with the least, until it is known; so the
/// bound holds over everything recorded, at every moment, and over the last `window` queries
/// whenever one is let out. (Not in every window: one heavy local query that drops out of it can
/// raise the external share of the rest, which no decision can prevent.)
/// A state machine; not thread-safe.
class WeightedShare {
public:
    struct Entry {
        std::int64_t weight = 0;
        bool external = false;
    };
    struct Sums {
        std::int64_t total = 0;
        std::int64_t external = 0;
    };

    /// `recent`: the last queries, oldest first; `last_seq` is that of the last of them.
    WeightedShare(std::int64_t window, Sums all, const std::vector<Entry>& recent,
                  std::int64_t last_seq);

    /// May a query that counts `weight` leave now? At most allowed_per_100k of the whole may.
    bool allows(std::int64_t weight, std::int64_t allowed_per_100k) const;
    /// The largest weight that might leave now.
    std::int64_t room(std::int64_t allowed_per_100k) const;

    /// The next query; `seq` is one more than that of the last.
    void append(std::int64_t seq, Entry entry);
    /// Would the bound hold for all, and for the window if it is in there, after this change?
    bool allows_change(std::int64_t seq, Entry from, Entry to, std::int64_t allowed_per_100k) const;
    /// A query that was recorded as `from` turns out to be `to`.
    void change(std::int64_t seq, Entry from, Entry to);

    Sums all() const { return all_; }
    Sums in_window() const { return in_window_; }
    void set_window(std::int64_t window);

private:
    Sums next_window() const;
    bool in_window(std::int64_t seq) const;
    std::size_t slot_of(std::int64_t seq) const;

    std::vector<Entry> ring_;  ///< by seq modulo its size; the window
    std::int64_t last_seq_ = 0;
    Sums all_;
    Sums in_window_;
};

}  // namespace llmr::routing
