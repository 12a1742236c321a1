#pragma once

#include <algorithm>
#include <limits>

namespace llmr::routing {

/// How many models one host holds in memory at a time: as configured, or learned from what fitted
/// and what did not. Learned, it counts models and not bytes; where small and large ones mix it
/// follows what was seen last. A plain value.
class ModelCapacity {
public:
    static constexpr int kUnlimited = std::numeric_limits<int>::max();

    /// `configured` models; 0: learned, beginning with no limit.
    explicit ModelCapacity(int configured)
        : learned_(configured <= 0), most_(learned_ ? kUnlimited : configured) {}

    bool has_room(int loaded) const { return loaded < most_; }
    int most() const { return most_; }

    /// So many were seen in memory at the same time.
    void saw_together(int models) {
        if (learned_) most_ = std::max(most_, models);
    }
    /// So many were believed in memory, and one of them was not. One alone always fits.
    void did_not_fit(int models) {
        if (learned_ && models >= 2) most_ = std::min(most_, models - 1);
    }

private:
    bool learned_;
    int most_;
};

}  // namespace llmr::routing
