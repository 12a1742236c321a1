#include "simulator/behaviour_table.hpp"

#include <cmath>

#include "simulator/models.hpp"

namespace llmr::simulator {
namespace {

/// The status that errors of a kind have; 0: no kind.
int usual_status(std::string_view error_kind) {
    if (error_kind.empty()) return 0;
    if (error_kind == "quota") return 429;
    return error_kind == "html" ? 502 : 400;
}

}  // namespace

BehaviourTable::BehaviourTable(const Behaviour& for_all,
                               const std::map<std::string, Behaviour>& per_model)
    : for_all_(make_entry(for_all)) {
    for (const auto& [model, behaviour] : per_model) {
        per_model_[canonical_model_name(model)] = make_entry(behaviour);
    }
    refresh_idle();
}

BehaviourTable::Entry BehaviourTable::make_entry(const Behaviour& behaviour) {
    Entry entry;
    if (behaviour != Behaviour{}) {
        auto switches = behaviour;
        if (switches.error_status == 0) {
            switches.error_status = usual_status(switches.error_kind);
        }
        entry.switches = std::make_shared<const Behaviour>(std::move(switches));
    }
    return entry;
}

void BehaviourTable::set(const Behaviour& for_all) {
    const std::lock_guard lock(mutex_);
    for_all_ = make_entry(for_all);
    refresh_idle();
}

void BehaviourTable::set(std::string_view model, const Behaviour& behaviour) {
    const std::lock_guard lock(mutex_);
    per_model_[canonical_model_name(model)] = make_entry(behaviour);
    refresh_idle();
}

void BehaviourTable::refresh_idle() {
    bool idle = for_all_.switches == nullptr;
    for (const auto& [model, entry] : per_model_) {
        idle = idle && entry.switches == nullptr;
    }
    idle_.store(idle, std::memory_order_release);
}

BehaviourTable::Entry& BehaviourTable::entry_of(std::string_view model, std::string_view provider) {
    auto found = per_model_.find(canonical_model_name(model));
    if (found == per_model_.end() && !provider.empty()) {
        found = per_model_.find(canonical_model_name("@" + std::string(provider)));
    }
    return found == per_model_.end() ? for_all_ : found->second;
}

Treatment BehaviourTable::choose(std::string_view model, std::string_view provider) {
    Treatment treatment;
    if (idle_.load(std::memory_order_acquire)) {
        return treatment;
    }
    const std::lock_guard lock(mutex_);
    Entry& entry = entry_of(model, provider);
    treatment.switches = entry.switches;
    if (entry.switches && entry.switches->error_status != 0) {
        const double rate = entry.switches->error_rate;
        const auto before = static_cast<double>(entry.requests++);
        treatment.fail = std::floor((before + 1) * rate) > std::floor(before * rate);
    }
    return treatment;
}

}  // namespace llmr::simulator
