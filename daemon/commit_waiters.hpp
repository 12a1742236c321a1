#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "daemon/signal.hpp"
#include "storage/ledger.hpp"

namespace llmr::daemon {

/// The ledger writes of one I/O thread that somebody waits for. Not thread-safe: the ledger's
/// callback posts to the thread first.
class CommitWaiters {
public:
    /// A token for Ledger::write; `signal` must stay alive until it fires.
    std::uint64_t expect(Signal& signal) {
        waiting_.emplace(++last_token_, &signal);
        return last_token_;
    }

    void committed(std::span<const storage::Committed> done) {
        for (const storage::Committed& one : done) {
            auto found = waiting_.find(one.token);
            if (found == waiting_.end()) continue;
            Signal* signal = found->second;
            waiting_.erase(found);
            signal->fire(one.ok);
        }
    }

    std::size_t size() const { return waiting_.size(); }

private:
    std::unordered_map<std::uint64_t, Signal*> waiting_;
    std::uint64_t last_token_ = 0;
};

}  // namespace llmr::daemon
