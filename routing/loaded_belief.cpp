// What a ModelSchedule believes to be in memory, and how it learns.
#include <algorithm>
#include <utility>

#include "routing/model_schedule.hpp"

namespace llmr::routing {
namespace {

using std::chrono::microseconds;

/// Less than this is no load time at all, whatever we believed.
constexpr std::chrono::milliseconds kWasThere{20};
/// Keep-alive is five minutes by default, but clients may ask for less: what was shown to be in
/// memory longer ago than this may have been let go for that reason.
constexpr std::chrono::seconds kProofHolds{60};

}  // namespace

void ModelSchedule::unload(ModelLane& lane, SteadyTime now) {
    lane.loaded = false;
    lane.proven = false;
    lane.changed_at = now;
    // Which of several idle models goes is the host's choice: the others are a guess from now on.
    doubt_idle_others(lane);
}

SteadyTime ModelSchedule::reload(std::string_view model, SteadyTime started, SteadyTime now) {
    ModelLane& own = lane(model);
    if (!own.loaded) return started;
    load(own, now);
    return now;
}

void ModelSchedule::doubt_idle_others(const ModelLane& lane) {
    for (auto& [name, other] : lanes_) {
        if (&other != &lane && other.in_flight == 0) other.proven = false;
    }
}

void ModelSchedule::finish(std::string_view model, SteadyTime started,
                           std::optional<microseconds> load, SteadyTime now) {
    ModelLane& own = lane(model);
    --own.in_flight;
    own.last_used = now;
    if (load) {
        note_answer(own, started, *load, now);
    } else if (!own.proven && own.in_flight == 0) {
        // Nothing has shown that it is there. Names that never worked must not fill the memory.
        own.loaded = false;
        own.changed_at = now;
        const bool never_seen = own.proven_at == SteadyTime{};
        if (never_seen && own.queue.empty()) lanes_.erase(lanes_.find(model));
    }
}

/// The model was in memory when the slot was given, no other was on its way there, and yet it had
/// to be loaded, or waited for the load of another that was believed there. (Ollama's load time
/// holds both.)
bool ModelSchedule::was_swapped_out(const ModelLane& lane, SteadyTime started,
                                    microseconds load) const {
    if (load < kMustHaveLoaded || !lane.proven) return false;
    if (lane.proven_since > started || started - lane.proven_at > kProofHolds) return false;
    if (last_load_ > started) return false;
    return std::none_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
        return entry.second.loaded && !entry.second.proven;
    });
}

void ModelSchedule::correct_capacity(const ModelLane& lane, SteadyTime now) {
    capacity_.did_not_fit(loaded_count());
    doubt_idle_others(lane);
    // The one that is out: better an idle one. What it has in flight the host serves as it likes.
    const auto rank = [](const ModelLane& other) {
        return std::make_pair(other.in_flight > 0, other.last_used);
    };
    ModelLane* gone = nullptr;
    for (auto& [name, other] : lanes_) {
        if (&other == &lane || !other.loaded) continue;
        if (!gone || rank(other) < rank(*gone)) gone = &other;
    }
    if (gone && !capacity_.has_room(loaded_count() - 1)) unload(*gone, now);
}

void ModelSchedule::prove(ModelLane& lane, SteadyTime at) {
    if (!lane.proven) lane.proven_since = at;
    lane.loaded = true;
    lane.proven = true;
    lane.proven_at = std::max(lane.proven_at, at);
}

void ModelSchedule::note_answer(ModelLane& lane, SteadyTime started, microseconds load,
                                SteadyTime now) {
    const auto held = std::chrono::duration_cast<microseconds>(now - started);
    lane.service.add(std::max(held - load, microseconds(0)));
    // It has lost its place meanwhile, or is being loaded again: this came from before.
    if (!lane.loaded || started < lane.changed_at) return;
    const bool swapped = was_swapped_out(lane, started, load);
    if (swapped) correct_capacity(lane, now);
    if (swapped || !lane.proven) {
        // Who came later waited for the rest of the load only. Residency counts from its end.
        const bool first = swapped || lane.changed_at == started;
        if (first && load >= kWasThere) lane.load.add(load);
        if (first) lane.loaded_since = std::min(started + load, now);
        last_load_ = now;
    }
    prove(lane, now);
}

void ModelSchedule::observe_loaded(const std::vector<std::string>& models, SteadyTime asked_at) {
    capacity_.saw_together(static_cast<int>(models.size()));
    for (auto& [name, lane] : lanes_) {
        const bool there = std::find(models.begin(), models.end(), name) != models.end();
        if (there || lane.changed_at > asked_at) continue;
        // A model in flight may be loading still.
        lane.loaded = lane.loaded && lane.in_flight > 0;
        lane.proven = false;
    }
    for (const std::string& model : models) {
        ModelLane& own = lane(model);
        if (own.changed_at > asked_at) continue;
        // Ollama lists a model from when it begins to load it: an answer will show the end of that.
        if (own.loaded && !own.proven && own.in_flight > 0) continue;
        // Beside one that is on its way in, it is about to go.
        if (own.loaded || capacity_.has_room(loaded_count())) prove(own, asked_at);
    }
}

}  // namespace llmr::routing
