#include "simulator/model_memory.hpp"

#include <algorithm>

#include "core/log.hpp"

namespace llmr::simulator {

class ModelMemory::Guest {
public:
    Guest(ModelMemory& owner, StoredModel& wanted) : memory(owner), model(wanted) {}
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    ~Guest() { memory.leave(*this); }

    ModelMemory& memory;
    StoredModel& model;
    std::chrono::microseconds load_time{0};
    std::int64_t keep_ms = 0;
    std::int64_t num_ctx = 0;
    OnEntered on_entered;
    bool inside = false;
};

struct ModelMemory::Entered {
    OnEntered tell;
    SteadyTime ready_at;
};

std::shared_ptr<ModelMemory::Guest> ModelMemory::enter(StoredModel& model,
                                                       std::chrono::microseconds load_time,
                                                       std::int64_t keep_ms, std::int64_t num_ctx,
                                                       OnEntered on_entered) {
    auto guest = std::make_shared<Guest>(*this, model);
    guest->load_time = load_time;
    guest->keep_ms = keep_ms;
    guest->num_ctx = num_ctx;
    guest->on_entered = std::move(on_entered);
    std::vector<Entered> entered;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(guest.get());
        entered = admit();
    }
    for (const Entered& who : entered)
        who.tell(who.ready_at);
    return guest;
}

void ModelMemory::leave(Guest& guest) {
    std::vector<Entered> entered;
    {
        const std::lock_guard lock(mutex_);
        if (guest.inside) {
            Resident& resident = *find(guest.model);
            --resident.guests;
            resident.last_used = steady_now();
        } else {
            waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &guest));
        }
        entered = admit();
    }
    for (const Entered& who : entered)
        who.tell(who.ready_at);
}

/// Lets in whom there is room for, up to the first for whom there is none.
std::vector<ModelMemory::Entered> ModelMemory::admit() {
    std::vector<Entered> entered;
    drop_expired();
    while (!waiting_.empty()) {
        Guest& guest = *waiting_.front();
        const SteadyTime now = steady_now();
        if (!drop_if_other_window(guest)) break;
        Resident* resident = find(guest.model);
        if (!resident) resident = make_resident(guest, now);
        if (!resident) break;
        ++resident->guests;
        resident->last_used = now;
        keep_loaded(guest.model, guest.keep_ms, guest.num_ctx);
        guest.inside = true;
        entered.push_back({std::move(guest.on_entered), resident->ready_at});
        waiting_.pop_front();
    }
    return entered;
}

ModelMemory::Resident* ModelMemory::find(const StoredModel& model) {
    const auto found = std::find_if(residents_.begin(), residents_.end(),
                                    [&](const Resident& r) { return r.model == &model; });
    return found == residents_.end() ? nullptr : &*found;
}

ModelMemory::Resident* ModelMemory::make_resident(const Guest& guest, SteadyTime now) {
    if (!make_room()) return nullptr;
    ++loads_;
    log::info("loading {}: load {}", guest.model.model.name, loads_);
    Resident resident;
    resident.model = &guest.model;
    resident.num_ctx = guest.num_ctx;
    resident.ready_at = now + guest.load_time;
    residents_.push_back(resident);
    return &residents_.back();
}

/// A model that is in memory with another window must go first; false while somebody uses it.
bool ModelMemory::drop_if_other_window(const Guest& guest) {
    const Resident* const resident = find(guest.model);
    if (!resident || resident->num_ctx == guest.num_ctx) return true;
    if (resident->guests > 0) return false;
    residents_.erase(residents_.begin() + (resident - residents_.data()));
    return true;
}

bool ModelMemory::make_room() {
    if (places_ <= 0 || residents_.size() < static_cast<std::size_t>(places_)) return true;
    auto victim = residents_.end();
    for (auto it = residents_.begin(); it != residents_.end(); ++it) {
        if (it->guests > 0) continue;
        if (victim == residents_.end() || it->last_used < victim->last_used) victim = it;
    }
    if (victim == residents_.end()) return false;
    victim->model->loaded_until_ms.store(0, std::memory_order_relaxed);
    residents_.erase(victim);
    return true;
}

/// Idle models whose keep-alive has run out are gone.
void ModelMemory::drop_expired() {
    const std::int64_t now_ms = utc_ms();
    const auto gone = [now_ms](const Resident& resident) {
        return resident.guests == 0 &&
               resident.model->loaded_until_ms.load(std::memory_order_relaxed) <= now_ms;
    };
    residents_.erase(std::remove_if(residents_.begin(), residents_.end(), gone), residents_.end());
}

std::int64_t ModelMemory::load_count() const {
    const std::lock_guard lock(mutex_);
    return loads_;
}

}  // namespace llmr::simulator
