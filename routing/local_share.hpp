#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "routing/score_cut.hpp"
#include "routing/weighted_share.hpp"

namespace llmr::routing {

/// What the share starts from: the ledger's totals and its last decisions, oldest first.
struct ShareHistory {
    std::int64_t total = 0;
    std::int64_t external = 0;
    std::int64_t last_seq = 0;
    std::vector<bool> recent_external;  ///< at most the window, oldest first
    /// Of the last decisions, oldest first: the score if it competed for the allowance.
    std::vector<std::optional<double>> recent_scores;
    /// Where the share is not one of queries: what those counted in its unit.
    struct Weights {
        WeightedShare::Sums all;
        std::vector<WeightedShare::Entry> recent;
    };
    std::optional<Weights> weights;
};

/// What a query asks of the share.
struct ExternalClaim {
    bool wants = false;
    /// Competes with the scores of other queries; without one it is first come, first served: a
    /// query that the client wants outside, or that no local model can answer.
    std::optional<double> score = {};
    ShareWeight weight = {};
};

enum class Grant : std::uint8_t {
    not_asked,
    granted,
    used_up,   ///< one more would break the bound
    below_cut  ///< there are places left, kept for queries with higher scores
};

struct ShareSnapshot {
    std::int64_t total = 0;
    std::int64_t external = 0;
    std::int64_t window_total = 0;
    std::int64_t window_external = 0;
    std::int64_t refused = 0;      ///< times the allowance said no since start
    std::int64_t passed_over = 0;  ///< times the score was too low since start
    std::int64_t allowance = 0;    ///< external queries in a row that could be granted right now,
                                   ///< at most one window
    double cut = 0;                ///< the score from which on a place would be granted now
    /// Where the share is not one of queries: the same in its unit; `allowance` is, too.
    std::optional<WeightedShare::Sums> weights;
    WeightedShare::Sums window_weights;
};

/// The guaranteed local share. `decide` and its corrections are atomic: a query that asks for an
/// external place gets it only if, this query counted, external / total <= 1 - threshold/100 over
/// all recorded queries and over the last `window` (what exists, while there are fewer). So the
/// bound holds at every prefix of decisions and in every window of them, in the order of seq.
/// Who competes by score gets a place only if its score is among the best of late; how good it must
/// be falls with the number of free places, so that they are neither burnt by the first to come nor
/// left unused.
/// By tokens or cost the bound is that of WeightedShare, in place of the one of queries.
/// Only `record(true)` and `move_external` outside the allowance can break it; then nothing is
/// granted until it holds again.
/// Thread-safe. Critical sections are short and allocate nothing; `move_external` within the
/// allowance, a matter of fallbacks, looks at up to two windows of single bits.
class LocalShare {
public:
    /// `threshold_percent` 0 to 100 (fractions allowed, compared exactly in 1/1000 of a percent).
    LocalShare(double threshold_percent, int window, const ShareHistory& history = {});

    struct Ticket {
        std::int64_t seq = 0;
        bool external = false;
        Grant grant = Grant::not_asked;
        ShareWeight weight;
    };

    /// Records the decision for one routed query and numbers it.
    Ticket decide(const ExternalClaim& claim);
    Ticket decide(bool wants_external) { return decide(ExternalClaim{wants_external, {}}); }
    /// Records a query whose place is not ours to choose (an explicitly named external model, or
    /// one that must stay local). Counts, is never refused.
    Ticket record(bool external, ShareWeight weight = {});
    /// What the query came to in the end, in the unit of the share. Nothing by queries.
    void settle(Ticket& ticket, std::int64_t weight);
    bool is_weighted() const { return weights_.has_value(); }
    /// Nothing left the machine: the place becomes local. Nothing happens if it is.
    void give_back(Ticket& ticket);
    /// Local failed and the fallback goes out although the query was counted local.
    /// `within_allowance`: only if every prefix and window this query is part of still holds the
    /// bound; false if not, or if the query is so old that this cannot be told (more than a window
    /// and 4096 decisions). True if the ticket is external already.
    bool move_external(Ticket& ticket, bool within_allowance);
    /// What decide() would say now. For /router/explain.
    Grant would_grant(const ExternalClaim& claim) const;
    bool would_grant() const { return would_grant({true, {}}) == Grant::granted; }

    ShareSnapshot snapshot() const;
    /// A reload may change both; history is kept.
    void reconfigure(double threshold_percent, int window);

private:
    bool bound_holds(std::int64_t external, std::int64_t total) const;
    bool grant_allowed() const;
    bool move_allowed(std::int64_t seq) const;
    bool move_allowed(const Ticket& ticket) const;
    bool grant_allowed(const ShareWeight& weight) const;
    std::int64_t possible_grants() const;
    double free_places(const ShareWeight& weight) const;
    double score_rate(const ShareWeight& weight) const;
    Ticket append(bool external, const ShareWeight& weight);
    std::int64_t oldest_kept() const;
    bool kept(std::int64_t seq) const;
    std::size_t slot_of(std::int64_t seq) const;
    std::int64_t window_count() const;
    std::int64_t external_between(std::int64_t first, std::int64_t last) const;
    void set(Ticket& ticket, bool external);
    static WeightedShare::Entry entry_of(const Ticket& ticket);

    mutable std::mutex mutex_;
    std::int64_t allowed_per_100k_ = 0;
    std::int64_t window_ = 1;
    std::int64_t total_ = 0;
    std::int64_t external_ = 0;
    std::int64_t seq_ = 0;
    std::int64_t refused_ = 0;
    std::int64_t passed_over_ = 0;
    ScoreCut cut_;
    std::optional<WeightedShare> weights_;
    ShareWeight last_claim_;
    std::vector<bool> ring_;            ///< external or not, by seq modulo its size
    std::int64_t ring_count_ = 0;       ///< decisions it holds, the last of them seq_
    std::int64_t window_external_ = 0;  ///< of the last window_ decisions
};

}  // namespace llmr::routing
