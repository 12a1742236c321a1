#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace llmr::routing {

/// Slots per local (upstream, model), so that Ollama never sees more than its parallelism, with a
/// bounded first-come queue behind them. Thread-safe; no I/O, no thread of its own. Outlives its
/// slots and waiters.
class Admission {
public:
    /// `parallel` slots (at least 1) and `queue_limit` places (at least 0) for each model.
    Admission(int parallel, int queue_limit);
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;
    ~Admission();

    /// A held slot; gives it back (to the first in the queue) when destroyed.
    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();
        explicit operator bool() const { return owner_ != nullptr; }
        void release();

    private:
        friend class Admission;
        Slot(Admission* owner, std::string key) : owner_(owner), key_(std::move(key)) {}
        Admission* owner_ = nullptr;
        std::string key_;
    };

    /// A place in the queue. Destroying it before the slot came leaves the queue; destroying it
    /// unclaimed afterwards hands the slot to the next.
    class Waiter;

    enum class Answer : std::uint8_t { granted, queued, full };
    struct Result {
        Answer answer = Answer::full;
        Slot slot;                       ///< when granted
        std::shared_ptr<Waiter> waiter;  ///< when queued
        std::size_t position = 0;        ///< in the queue, from 1
    };
    /// `on_granted` runs on the thread that gives a slot back, outside the lock, at most once; it
    /// should only post to the waiter's own executor, which then calls `claim`. It must own what it
    /// touches: it may still be running on another thread when `leave` returns.
    Result acquire(std::size_t upstream_index, std::string_view model,
                   std::function<void()> on_granted);
    /// A slot if one is free now, else an empty one: what most queries need, without a callback.
    Slot try_acquire(std::size_t upstream_index, std::string_view model);
    /// The slot of a waiter whose on_granted ran; an empty one before that, or the second time.
    Slot claim(const std::shared_ptr<Waiter>& waiter);
    /// Stop waiting; a slot that was granted meanwhile goes to the next in the queue.
    void leave(const std::shared_ptr<Waiter>& waiter);

    struct Load {
        int in_flight = 0;
        int waiting = 0;
    };
    Load load(std::size_t upstream_index, std::string_view model) const;
    /// Models that have a slot taken or somebody waiting now.
    std::size_t lane_count() const;

private:
    struct Place;
    struct Lane;
    void give_back(const std::string& key);
    void abandon(const std::shared_ptr<Place>& place);

    mutable std::mutex mutex_;
    int parallel_;
    int queue_limit_;
    std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;  ///< idle ones are removed
};

}  // namespace llmr::routing
