#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/attempt_row.hpp"

namespace llmr::daemon {

/// Tells listeners (GET /router/events) of attempts as they end. Thread-safe. Costs the query one
/// atomic load while nobody listens, and rendering one row otherwise.
class LiveEvents {
public:
    /// An event as it goes over the wire, shared by all who hear it.
    using Event = std::shared_ptr<const std::string>;

    /// One listener's queue. It holds kMostQueued events; of what comes beyond, the number is kept.
    class Listener {
    public:
        struct Heard {
            std::vector<Event> events;
            std::int64_t lost = 0;
        };
        /// Everything since the last call.
        Heard take();

    private:
        friend class LiveEvents;
        std::mutex mutex_;
        std::deque<Event> queue_;
        std::int64_t lost_ = 0;
        std::function<void()> wake_;
    };

    static constexpr std::size_t kMostQueued = 1000;
    static constexpr std::size_t kMostListeners = 64;

    /// `wake` runs on whatever thread publishes, for the first event of a queue; it should only
    /// post. Null when there are kMostListeners. It listens as long as the pointer is held.
    std::shared_ptr<Listener> listen(std::function<void()> wake);
    /// The attempt has ended: its row is final but for its id in the ledger.
    void publish(const storage::AttemptRow& row);
    /// Wakes all, with nothing new: the daemon is about to stop.
    void wake_all();

private:
    std::vector<std::shared_ptr<Listener>> listeners();

    std::atomic<std::int64_t> wanted_{0};  ///< listeners, some of them perhaps gone
    std::mutex mutex_;
    std::vector<std::weak_ptr<Listener>> listeners_;
    std::int64_t last_id_ = 0;
};

/// "event: NAME\nid: ID\ndata: DATA\n\n"; without an id if it is 0. `data` is one line.
std::string event_text(std::string_view name, std::string_view data, std::int64_t id = 0);

}  // namespace llmr::daemon
