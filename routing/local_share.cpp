#include "routing/local_share.hpp"

#include <algorithm>
#include <cmath>

namespace llmr::routing {
namespace {

constexpr std::int64_t kWhole = 100'000;
/// Decisions remembered beyond two windows: how far a query may lag behind the newest decision and
/// still be moved within the allowance.
constexpr std::int64_t kLag = 4096;

// How good a score must be, by the number f of free places: among the best share * min(5, 0.4 + 0.7
// f^0.7) of late. A place that waits for its query is idle meanwhile, one given too early is not
// there for a better one. Found by trying forms and figures on drifting streams: of those that use
// 97.5% of the places the one with the best mean score (tests/unit/routing/score_cut_test.cpp).
constexpr double kLeastRate = 0.4;
constexpr double kRatePerPlace = 0.7;
constexpr double kPlaceExponent = 0.7;
constexpr double kMostRate = 5;

std::int64_t allowed_of(double threshold_percent) {
    if (!(threshold_percent >= 0)) return kWhole;
    return std::llround((100.0 - std::min(threshold_percent, 100.0)) * 1000.0);
}

}  // namespace

LocalShare::LocalShare(double threshold_percent, int window, const ShareHistory& history)
    : allowed_per_100k_(allowed_of(threshold_percent)),
      window_(std::max(window, 1)),
      total_(history.total),
      external_(history.external),
      seq_(history.last_seq) {
    ring_.resize(static_cast<std::size_t>(2 * window_ + kLag));
    const auto& recent = history.recent_external;
    const auto room = static_cast<std::size_t>(std::min<std::int64_t>(
        {static_cast<std::int64_t>(recent.size()), static_cast<std::int64_t>(ring_.size())}));
    ring_count_ = static_cast<std::int64_t>(room);
    for (std::size_t i = 0; i < room; ++i) {
        const std::int64_t seq = seq_ - static_cast<std::int64_t>(i);
        ring_[slot_of(seq)] = recent[recent.size() - 1 - i];
    }
    window_external_ = external_between(seq_ - window_count() + 1, seq_);
    for (const std::optional<double>& score : history.recent_scores)
        cut_.record(score);
    if (history.weights)
        weights_.emplace(window_, history.weights->all, history.weights->recent, seq_);
}

WeightedShare::Entry LocalShare::entry_of(const Ticket& ticket) {
    return {ticket.external ? ticket.weight.external : ticket.weight.local, ticket.external};
}

bool LocalShare::bound_holds(std::int64_t external, std::int64_t total) const {
    return external * kWhole <= allowed_per_100k_ * total;
}

std::int64_t LocalShare::oldest_kept() const {
    return seq_ - ring_count_ + 1;
}

bool LocalShare::kept(std::int64_t seq) const {
    return seq >= oldest_kept() && seq <= seq_;
}

std::size_t LocalShare::slot_of(std::int64_t seq) const {
    const auto size = static_cast<std::int64_t>(ring_.size());
    return static_cast<std::size_t>(((seq % size) + size) % size);
}

std::int64_t LocalShare::window_count() const {
    return std::min(window_, ring_count_);
}

std::int64_t LocalShare::external_between(std::int64_t first, std::int64_t last) const {
    std::int64_t count = 0;
    for (std::int64_t seq = first; seq <= last; ++seq)
        count += ring_[slot_of(seq)] ? 1 : 0;
    return count;
}

/// One more external decision: over all, and in the window that ends with it.
bool LocalShare::grant_allowed() const {
    if (!bound_holds(external_ + 1, total_ + 1)) return false;
    if (ring_count_ < window_) return bound_holds(window_external_ + 1, ring_count_ + 1);
    const bool leaving = ring_[slot_of(seq_ - window_ + 1)];
    return bound_holds(window_external_ - (leaving ? 1 : 0) + 1, window_);
}

bool LocalShare::grant_allowed(const ShareWeight& weight) const {
    return weights_ ? weights_->allows(weight.external, allowed_per_100k_) : grant_allowed();
}

LocalShare::Ticket LocalShare::append(bool external, const ShareWeight& weight) {
    if (ring_count_ >= window_ && ring_[slot_of(seq_ - window_ + 1)]) --window_external_;
    ++seq_;
    ++total_;
    ring_[slot_of(seq_)] = external;
    ring_count_ = std::min(ring_count_ + 1, static_cast<std::int64_t>(ring_.size()));
    if (external) {
        ++external_;
        ++window_external_;
    }
    const Ticket ticket{seq_, external, Grant::not_asked, weight};
    if (weights_) weights_->append(seq_, entry_of(ticket));
    return ticket;
}

/// Places for queries like this one.
double LocalShare::free_places(const ShareWeight& weight) const {
    if (!weights_) return static_cast<double>(possible_grants());
    return static_cast<double>(weights_->room(allowed_per_100k_)) /
           static_cast<double>(std::max<std::int64_t>(weight.external, 1));
}

double LocalShare::score_rate(const ShareWeight& weight) const {
    const double share = static_cast<double>(allowed_per_100k_) / kWhole;
    const double places = free_places(weight);
    return share *
           std::min(kMostRate, kLeastRate + kRatePerPlace * std::pow(places, kPlaceExponent));
}

LocalShare::Ticket LocalShare::decide(const ExternalClaim& claim) {
    const std::lock_guard lock(mutex_);
    Grant grant = Grant::not_asked;
    if (claim.wants) last_claim_ = claim.weight;
    if (claim.wants && !grant_allowed(claim.weight)) {
        grant = Grant::used_up;
        ++refused_;
    } else if (claim.wants && claim.score && !cut_.take(*claim.score, score_rate(claim.weight))) {
        grant = Grant::below_cut;
        ++passed_over_;
    } else if (claim.wants) {
        grant = Grant::granted;
    }
    cut_.record(claim.wants ? claim.score : std::nullopt);
    Ticket ticket = append(grant == Grant::granted, claim.weight);
    ticket.grant = grant;
    return ticket;
}

LocalShare::Ticket LocalShare::record(bool external, ShareWeight weight) {
    const std::lock_guard lock(mutex_);
    cut_.record(std::nullopt);
    return append(external, weight);
}

void LocalShare::set(Ticket& ticket, bool external) {
    const WeightedShare::Entry before = entry_of(ticket);
    ticket.external = external;
    if (weights_) weights_->change(ticket.seq, before, entry_of(ticket));
    const int change = external ? 1 : -1;
    external_ += change;
    if (!kept(ticket.seq)) return;
    ring_[slot_of(ticket.seq)] = external;
    if (ticket.seq > seq_ - window_count()) window_external_ += change;
}

void LocalShare::settle(Ticket& ticket, std::int64_t weight) {
    const std::lock_guard lock(mutex_);
    if (!weights_) return;
    const WeightedShare::Entry before = entry_of(ticket);
    ticket.weight = {weight, weight};
    weights_->change(ticket.seq, before, entry_of(ticket));
}

void LocalShare::give_back(Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    if (ticket.external) set(ticket, false);
}

/// Every prefix from `seq` to the newest, and every window that holds `seq`, with one more
/// external.
bool LocalShare::move_allowed(std::int64_t seq) const {
    // The windows that end at seq and after it reach back before it.
    const bool whole_history = ring_count_ == total_;
    if (!kept(seq)) return false;
    if (!whole_history && ring_count_ == static_cast<std::int64_t>(ring_.size()) &&
        seq - window_ + 1 < oldest_kept()) {
        return false;
    }
    std::int64_t first = std::max(oldest_kept(), seq - window_ + 1);
    std::int64_t in_window = external_between(first, seq);
    std::int64_t prefix_external = external_ - external_between(seq + 1, seq_);
    for (std::int64_t end = seq; end <= seq_; ++end) {
        if (end > seq) {
            const int added = ring_[slot_of(end)] ? 1 : 0;
            in_window += added;
            prefix_external += added;
            if (end - first + 1 > window_) in_window -= ring_[slot_of(first++)] ? 1 : 0;
        }
        if (!bound_holds(prefix_external + 1, total_ - (seq_ - end))) return false;
        if (first <= seq && !bound_holds(in_window + 1, end - first + 1)) return false;
    }
    return true;
}

bool LocalShare::move_allowed(const Ticket& ticket) const {
    if (!weights_) return move_allowed(ticket.seq);
    Ticket moved = ticket;
    moved.external = true;
    return weights_->allows_change(ticket.seq, entry_of(ticket), entry_of(moved),
                                   allowed_per_100k_);
}

bool LocalShare::move_external(Ticket& ticket, bool within_allowance) {
    const std::lock_guard lock(mutex_);
    if (ticket.external) return true;
    if (within_allowance && !move_allowed(ticket)) {
        ++refused_;
        return false;
    }
    set(ticket, true);
    return true;
}

Grant LocalShare::would_grant(const ExternalClaim& claim) const {
    const std::lock_guard lock(mutex_);
    if (!claim.wants) return Grant::not_asked;
    if (!grant_allowed(claim.weight)) return Grant::used_up;
    const bool taken = !claim.score || cut_.would_take(*claim.score, score_rate(claim.weight));
    return taken ? Grant::granted : Grant::below_cut;
}

std::int64_t LocalShare::possible_grants() const {
    const std::int64_t count = window_count();
    std::int64_t in_window = window_external_;
    std::int64_t size = count;
    for (std::int64_t granted = 0; granted < window_; ++granted) {
        if (size == window_) {
            const std::int64_t leaving = seq_ + granted + 1 - window_;
            // Past seq_ the ones that leave are grants of this very row.
            in_window -= leaving > seq_ || ring_[slot_of(leaving)] ? 1 : 0;
        } else {
            ++size;
        }
        ++in_window;
        const bool holds = bound_holds(external_ + granted + 1, total_ + granted + 1) &&
                           bound_holds(in_window, size);
        if (!holds) return granted;
    }
    return window_;
}

ShareSnapshot LocalShare::snapshot() const {
    const std::lock_guard lock(mutex_);
    ShareSnapshot snapshot;
    snapshot.total = total_;
    snapshot.external = external_;
    snapshot.window_total = window_count();
    snapshot.window_external = window_external_;
    snapshot.refused = refused_;
    snapshot.passed_over = passed_over_;
    snapshot.allowance = weights_ ? weights_->room(allowed_per_100k_) : possible_grants();
    snapshot.cut = cut_.lowest(score_rate(last_claim_));
    if (weights_) {
        snapshot.weights = weights_->all();
        snapshot.window_weights = weights_->in_window();
    }
    return snapshot;
}

void LocalShare::reconfigure(double threshold_percent, int window) {
    const std::int64_t new_window = std::max(window, 1);
    std::vector<bool> ring(static_cast<std::size_t>(2 * new_window + kLag));
    const std::lock_guard lock(mutex_);
    const auto new_size = static_cast<std::int64_t>(ring.size());
    const std::int64_t count = std::min(ring_count_, new_size);
    for (std::int64_t seq = seq_ - count + 1; seq <= seq_; ++seq) {
        const std::int64_t place = ((seq % new_size) + new_size) % new_size;
        ring[static_cast<std::size_t>(place)] = ring_[slot_of(seq)];
    }
    ring_.swap(ring);
    ring_count_ = count;
    window_ = new_window;
    allowed_per_100k_ = allowed_of(threshold_percent);
    window_external_ = external_between(seq_ - window_count() + 1, seq_);
    if (weights_) weights_->set_window(window_);
}

}  // namespace llmr::routing
