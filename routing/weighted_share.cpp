#include "routing/weighted_share.hpp"

#include <algorithm>
#include <limits>

namespace llmr::routing {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kWhole = 100'000;

void add(WeightedShare::Sums& sums, WeightedShare::Entry entry, std::int64_t times) {
    sums.total += times * entry.weight;
    if (entry.external) sums.external += times * entry.weight;
}

bool holds(WeightedShare::Sums sums, std::int64_t weight, std::int64_t allowed) {
    return (Wide(sums.external) + weight) * kWhole <= (Wide(sums.total) + weight) * allowed;
}

/// The largest w with (external + w) * kWhole <= (total + w) * allowed.
std::int64_t room_in(WeightedShare::Sums sums, std::int64_t allowed) {
    if (allowed >= kWhole) return std::numeric_limits<std::int64_t>::max();
    const Wide free = Wide(sums.total) * allowed - Wide(sums.external) * kWhole;
    return free <= 0 ? 0 : static_cast<std::int64_t>(free / (kWhole - allowed));
}

}  // namespace

WeightedShare::WeightedShare(std::int64_t window, Sums all, const std::vector<Entry>& recent,
                             std::int64_t last_seq)
    : ring_(static_cast<std::size_t>(std::max<std::int64_t>(window, 1))), all_(all) {
    last_seq_ = last_seq - static_cast<std::int64_t>(recent.size());
    const Sums known = all_;
    for (const Entry& entry : recent)
        append(last_seq_ + 1, entry);
    all_ = known;
}

std::size_t WeightedShare::slot_of(std::int64_t seq) const {
    const auto size = static_cast<std::int64_t>(ring_.size());
    return static_cast<std::size_t>(((seq % size) + size) % size);
}

/// The window without the query that leaves it when the next one comes.
WeightedShare::Sums WeightedShare::next_window() const {
    Sums sums = in_window_;
    add(sums, ring_[slot_of(last_seq_ + 1)], -1);
    return sums;
}

bool WeightedShare::allows(std::int64_t weight, std::int64_t allowed_per_100k) const {
    return holds(all_, weight, allowed_per_100k) && holds(next_window(), weight, allowed_per_100k);
}

std::int64_t WeightedShare::room(std::int64_t allowed_per_100k) const {
    return std::min(room_in(all_, allowed_per_100k), room_in(next_window(), allowed_per_100k));
}

void WeightedShare::append(std::int64_t seq, Entry entry) {
    in_window_ = next_window();
    add(in_window_, entry, 1);
    add(all_, entry, 1);
    ring_[slot_of(seq)] = entry;
    last_seq_ = seq;
}

bool WeightedShare::in_window(std::int64_t seq) const {
    return seq > last_seq_ - static_cast<std::int64_t>(ring_.size()) && seq <= last_seq_;
}

bool WeightedShare::allows_change(std::int64_t seq, Entry from, Entry to,
                                  std::int64_t allowed_per_100k) const {
    const auto holds_after = [&](Sums sums) {
        add(sums, from, -1);
        add(sums, to, 1);
        return holds(sums, 0, allowed_per_100k);
    };
    return holds_after(all_) && (!in_window(seq) || holds_after(in_window_));
}

void WeightedShare::change(std::int64_t seq, Entry from, Entry to) {
    add(all_, from, -1);
    add(all_, to, 1);
    if (!in_window(seq)) return;
    add(in_window_, from, -1);
    add(in_window_, to, 1);
    ring_[slot_of(seq)] = to;
}

void WeightedShare::set_window(std::int64_t window) {
    std::vector<Entry> recent;
    const auto kept = std::min(static_cast<std::int64_t>(ring_.size()), window);
    for (std::int64_t seq = last_seq_ - kept + 1; seq <= last_seq_; ++seq)
        recent.push_back(ring_[slot_of(seq)]);
    *this = WeightedShare(window, all_, recent, last_seq_);
}

}  // namespace llmr::routing
