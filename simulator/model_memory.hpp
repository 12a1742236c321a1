#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/clock.hpp"
#include "simulator/models.hpp"

namespace llmr::simulator {

/// The memory of one simulated server: which models are in it, who uses them and who waits. As
/// Ollama does it: requests enter in the order they came; one whose model is not in memory takes a
/// free place or that of the least recently used model that nobody uses, and while there is
/// neither, it and all behind it wait. A model that is in memory with another window is loaded
/// again once nobody uses it. Thread-safe; no I/O, no thread of its own. Outlives its guests.
class ModelMemory {
public:
    /// `places` models at a time; 0: any number.
    explicit ModelMemory(int places) : places_(places) {}

    /// When a request may begin: its model is loaded by then.
    using OnEntered = std::function<void(SteadyTime ready_at)>;

    /// A request that uses a model, or waits for it; leaves when destroyed.
    class Guest;

    /// `on_entered` runs once, within this call or on the thread of another guest that leaves,
    /// outside the lock; it should only post. Loading takes `load_time`. The model stays loaded
    /// for `keep_ms` after the last request has entered (INT64_MAX: for good), with that window.
    std::shared_ptr<Guest> enter(StoredModel& model, std::chrono::microseconds load_time,
                                 std::int64_t keep_ms, std::int64_t num_ctx, OnEntered on_entered);

    /// Times any model was loaded.
    std::int64_t load_count() const;

private:
    struct Resident {
        StoredModel* model = nullptr;
        int guests = 0;
        std::int64_t num_ctx = 0;  ///< the window it was loaded with
        SteadyTime ready_at{};
        SteadyTime last_used{};
    };
    struct Entered;

    void leave(Guest& guest);
    std::vector<Entered> admit();
    Resident* find(const StoredModel& model);
    Resident* make_resident(const Guest& guest, SteadyTime now);
    bool drop_if_other_window(const Guest& guest);
    bool make_room();
    void drop_expired();

    mutable std::mutex mutex_;
    int places_;
    std::deque<Guest*> waiting_;
    std::vector<Resident> residents_;
    std::int64_t loads_ = 0;
};

}  // namespace llmr::simulator
