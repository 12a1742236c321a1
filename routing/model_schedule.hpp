#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "routing/model_capacity.hpp"
#include "routing/model_lane.hpp"

namespace llmr::routing {

struct ScheduleLimits {
    int parallel = 4;    ///< requests in flight per model, at least 1
    int queue = 512;     ///< requests waiting per model, at least 0
    int max_loaded = 0;  ///< models in memory at a time, 0: learned
    std::chrono::milliseconds min_residency{10'000};
    std::chrono::milliseconds max_wait{60'000};
};

/// An answer that states so much load time or more had to wait for its model: Ollama states some
/// milliseconds for one that was there, and seconds for one that was not.
inline constexpr std::chrono::milliseconds kMustHaveLoaded{250};

/// How one host stands with one model now.
struct ModelView {
    bool loaded = false;
    int in_flight = 0;
    int waiting = 0;
    /// Expected until a request that came now would have its slot and the model in memory. From
    /// averages; what was never measured counts as 0.
    std::chrono::microseconds wait{0};
};

/// How much one host has to do, over all of its models.
struct HostView {
    int in_flight = 0;
    int waiting = 0;
};

/// The order in which one host (an Ollama) serves the models it has, so that it rarely swaps them.
/// A state machine: no clock, no I/O, not thread-safe.
///
/// - A request for a model in memory goes at once if a slot is free, before older requests for
///   models that must be loaded: so requests for one model are served together.
/// - A model that must be loaded takes free memory, or that of the least recently used model that
///   may go. A model that is answering never goes. One with nothing to do goes once it has been
///   in memory for min_residency, or has been idle for as long as loading it takes.
/// - Once the oldest request for a model out of memory has waited for max_wait, the model that has
///   been in memory longest (for min_residency at least) gets no further slots; the switch comes
///   when what it has in flight is done.
///
/// So a model's oldest request waits at most max_wait + D + L, where D is the longest time a slot
/// is held and L the longest load, if two models compete for one place and max_wait >=
/// min_residency + D + L; each further model, and a shorter max_wait, add up to min_residency + D +
/// L. Slots per model bound how fast the requests behind it follow.
///
/// What is in memory is a belief, from our own traffic and from /api/ps (`observe_loaded`).
class ModelSchedule {
public:
    using Ticket = std::uint64_t;

    explicit ModelSchedule(const ScheduleLimits& limits);

    /// A slot of a model in memory, if one is free and nobody is to be served before.
    bool try_start(std::string_view model, SteadyTime now);
    /// Waits for a slot; `ticket` is the caller's name for the request. The place in the model's
    /// queue, from 1. Takes any number: ask `is_overfull` after `grant`.
    std::size_t enqueue(std::string_view model, Ticket ticket, SteadyTime now);
    bool is_overfull(std::string_view model) const;
    /// No effect if the ticket does not wait.
    void leave(std::string_view model, Ticket ticket);
    /// Gives slots to those whose turn it is, in order. To be called after every change, and when
    /// `next_due` has come.
    std::vector<Ticket> grant(SteadyTime now);
    /// A request whose slot was given at `started` is sent now, and makes the host load its model
    /// again, with another context: our own doing, which says nothing of what fits. What was asked
    /// before shows nothing of this load. The time to give to `finish` instead of `started`.
    SteadyTime reload(std::string_view model, SteadyTime started, SteadyTime now);
    /// A slot that was given at `started` comes back. `load`: the load time in the answer; nothing
    /// if there was no complete answer, which then teaches nothing.
    void finish(std::string_view model, SteadyTime started,
                std::optional<std::chrono::microseconds> load, SteadyTime now);

    /// What the host said it had in memory when asked at `asked_at`; what changed since stands.
    void observe_loaded(const std::vector<std::string>& models, SteadyTime asked_at);

    /// When time alone may give somebody a slot; SteadyTime::max() if never.
    SteadyTime next_due(SteadyTime now) const;
    ModelView view(std::string_view model, SteadyTime now) const;
    HostView host_view() const;
    int capacity() const { return capacity_.most(); }
    /// Models with a slot taken or somebody waiting.
    std::size_t busy_models() const;

private:
    ModelLane& lane(std::string_view model);
    const ModelLane* find(std::string_view model) const;
    int loaded_count() const;
    bool is_overdue(const ModelLane& lane, SteadyTime now) const;
    SteadyTime residency_end(const ModelLane& lane) const;
    SteadyTime idle_end(const ModelLane& lane) const;

    // who is next (model_schedule.cpp)
    const ModelLane* longest_waiting_unloaded() const;
    const ModelLane* to_drain(SteadyTime now) const;
    bool may_go(const ModelLane& lane, const ModelLane* drained, SteadyTime now) const;
    bool make_room(const ModelLane* drained, SteadyTime now);
    void load(ModelLane& lane, SteadyTime now);
    void fill(ModelLane& lane, SteadyTime now, std::vector<Ticket>& granted);

    // what is in memory (loaded_belief.cpp)
    void unload(ModelLane& lane, SteadyTime now);
    static void prove(ModelLane& lane, SteadyTime at);
    void doubt_idle_others(const ModelLane& lane);
    bool was_swapped_out(const ModelLane& lane, SteadyTime started,
                         std::chrono::microseconds load) const;
    void correct_capacity(const ModelLane& lane, SteadyTime now);
    void note_answer(ModelLane& lane, SteadyTime started, std::chrono::microseconds load,
                     SteadyTime now);

    // how long it will take (wait_estimate.cpp)
    std::chrono::microseconds expected_wait(const ModelLane& lane, SteadyTime now) const;
    std::chrono::microseconds until_room(const ModelLane& lane, SteadyTime now) const;
    std::chrono::microseconds until_gone(const ModelLane& lane, const ModelLane& for_lane,
                                         SteadyTime now) const;

    ScheduleLimits limits_;
    ModelCapacity capacity_;
    std::map<std::string, ModelLane, std::less<>> lanes_;  ///< every model ever asked for or seen
    std::size_t waiting_ = 0;                              ///< in all queues
    SteadyTime last_load_{};  ///< when a load last began, or was last seen to have ended
};

}  // namespace llmr::routing
