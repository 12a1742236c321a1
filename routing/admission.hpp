#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "routing/model_schedule.hpp"

namespace llmr::routing {

/// Slots of the models on each upstream, given in the order of its ModelSchedule, with a bounded
/// queue per model. Thread-safe; no I/O, no thread of its own. Outlives its slots and waiters.
class Admission {
public:
    using Clock = std::function<SteadyTime()>;

    /// One schedule for each upstream, in their order.
    explicit Admission(const std::vector<ScheduleLimits>& upstreams, Clock clock = steady_now);
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;
    ~Admission();

    /// A held slot; gives it back when destroyed.
    class Slot {
    public:
        Slot() = default;
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();
        explicit operator bool() const { return owner_ != nullptr; }
        /// The answer is complete, and states this load time. To be called before `release`: the
        /// schedule learns from complete answers only.
        void answered(std::chrono::microseconds load) { load_ = load; }
        /// The request is about to be sent and makes its model be loaded again, with another
        /// context: the load time in its answer says nothing of what fits into memory.
        void loads_again();
        void release();

    private:
        friend class Admission;
        Slot(Admission* owner, std::size_t upstream_index, std::string model, SteadyTime started)
            : owner_(owner),
              upstream_index_(upstream_index),
              model_(std::move(model)),
              started_(started) {}
        Admission* owner_ = nullptr;
        std::size_t upstream_index_ = 0;
        std::string model_;
        SteadyTime started_{};
        std::optional<std::chrono::microseconds> load_;
    };

    /// A place in the queue. Destroying it before the slot came leaves the queue; destroying it
    /// unclaimed afterwards hands the slot to the next.
    class Waiter;

    enum class Answer : std::uint8_t { granted, queued, full };
    struct Result {
        Answer answer = Answer::full;
        Slot slot;                          ///< when granted
        std::shared_ptr<Waiter> waiter;     ///< when queued
        std::size_t position = 0;           ///< when queued: in the model's queue, from 1
        std::size_t waiting = 0;            ///< when full: in the model's queue
        std::chrono::microseconds wait{0};  ///< when full: expected until a slot, from averages
    };
    /// `on_granted` runs on the thread whose call freed the slot, outside the lock, at most once;
    /// it should only post to the waiter's own executor, which then calls `claim`. It must own what
    /// it touches: it may still be running on another thread when `leave` returns.
    Result acquire(std::size_t upstream_index, std::string_view model,
                   std::function<void()> on_granted);
    /// A slot if the model is in memory and one is free now, else an empty one: what most queries
    /// need, without a callback.
    Slot try_acquire(std::size_t upstream_index, std::string_view model);
    /// The slot of a waiter whose on_granted ran; an empty one before that, or the second time.
    Slot claim(const std::shared_ptr<Waiter>& waiter);
    /// Stop waiting; a slot that was granted meanwhile goes to the next in the queue.
    void leave(const std::shared_ptr<Waiter>& waiter);

    /// `callback` hears when `advance` is to be called next, whenever that is earlier than what it
    /// heard last. On any thread, outside the lock. To be set before the first acquire.
    void on_due(std::function<void(SteadyTime)> callback) { on_due_ = std::move(callback); }
    /// Gives the slots that are due because time has passed.
    void advance();
    /// What an upstream said it has in memory, when asked at `asked_at`.
    void observe_loaded(std::size_t upstream_index, const std::vector<std::string>& models,
                        SteadyTime asked_at);

    ModelView view(std::size_t upstream_index, std::string_view model) const;
    HostView host_view(std::size_t upstream_index) const;
    /// Pairs of upstream and model that have a slot taken or somebody waiting now.
    std::size_t lane_count() const;

private:
    struct Place;
    struct Host;
    struct News;
    void give_back(Slot& slot);
    void abandon(const std::shared_ptr<Place>& place);
    void settle(Host& host, SteadyTime now, News& news);
    void tell(News& news);

    mutable std::mutex mutex_;
    Clock clock_;
    std::function<void(SteadyTime)> on_due_;
    std::vector<Host> hosts_;
    ModelSchedule::Ticket last_ticket_ = 0;
    SteadyTime announced_ = SteadyTime::max();  ///< what on_due_ heard last
};

}  // namespace llmr::routing
