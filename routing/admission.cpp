#include "routing/admission.hpp"

namespace llmr::routing {

/// What the queue knows of a waiter. Guarded by Admission::mutex_, all but the constants.
struct Admission::Place {
    enum class State : std::uint8_t { waiting, granted, finished };

    Place(std::size_t index, std::string_view name, ModelSchedule::Ticket number)
        : upstream_index(index), model(name), ticket(number) {}

    const std::size_t upstream_index;
    const std::string model;
    const ModelSchedule::Ticket ticket;
    std::function<void()> on_granted;
    SteadyTime started{};
    State state = State::waiting;
};

struct Admission::Host {
    explicit Host(const ScheduleLimits& limits) : schedule(limits) {}

    ModelSchedule schedule;
    std::unordered_map<ModelSchedule::Ticket, std::shared_ptr<Place>> waiting;
};

/// What is to be told once the lock is free.
struct Admission::News {
    std::vector<std::function<void()>> granted;
    std::optional<SteadyTime> due;
};

class Admission::Waiter {
public:
    Waiter(Admission& owner, std::shared_ptr<Place> place)
        : owner_(owner), place_(std::move(place)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { owner_.abandon(place_); }

    const std::shared_ptr<Place>& place() const { return place_; }

private:
    Admission& owner_;
    std::shared_ptr<Place> place_;
};

Admission::Slot::Slot(Slot&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      upstream_index_(other.upstream_index_),
      model_(std::move(other.model_)),
      started_(other.started_),
      load_(other.load_) {}

Admission::Slot& Admission::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
        upstream_index_ = other.upstream_index_;
        model_ = std::move(other.model_);
        started_ = other.started_;
        load_ = other.load_;
    }
    return *this;
}

Admission::Slot::~Slot() {
    release();
}

void Admission::Slot::loads_again() {
    if (!owner_) return;
    const std::lock_guard lock(owner_->mutex_);
    ModelSchedule& schedule = owner_->hosts_[upstream_index_].schedule;
    started_ = schedule.reload(model_, started_, owner_->clock_());
}

void Admission::Slot::release() {
    if (Admission* const owner = std::exchange(owner_, nullptr)) owner->give_back(*this);
}

Admission::Admission(const std::vector<ScheduleLimits>& upstreams, Clock clock)
    : clock_(std::move(clock)) {
    for (const ScheduleLimits& limits : upstreams)
        hosts_.emplace_back(limits);
}

Admission::~Admission() = default;

/// Gives the slots that can be given, and notes whom to tell.
void Admission::settle(Host& host, SteadyTime now, News& news) {
    for (const ModelSchedule::Ticket ticket : host.schedule.grant(now)) {
        const auto found = host.waiting.find(ticket);
        Place& place = *found->second;
        place.state = Place::State::granted;
        place.started = now;
        if (place.on_granted) news.granted.push_back(std::move(place.on_granted));
        host.waiting.erase(found);  // the waiter keeps the place alive
    }
    const SteadyTime due = host.schedule.next_due(now);
    if (due >= announced_) return;
    announced_ = due;
    news.due = due;
}

void Admission::tell(News& news) {
    for (const auto& on_granted : news.granted)
        on_granted();
    if (news.due && on_due_) on_due_(*news.due);
}

Admission::Result Admission::acquire(std::size_t upstream_index, std::string_view model,
                                     std::function<void()> on_granted) {
    Result result;
    News news;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_();
        Host& host = hosts_.at(upstream_index);
        auto place = std::make_shared<Place>(upstream_index, model, ++last_ticket_);
        result.position = host.schedule.enqueue(model, place->ticket, now);
        host.waiting.emplace(place->ticket, place);
        settle(host, now, news);
        if (place->state == Place::State::granted) {
            place->state = Place::State::finished;
            result.answer = Answer::granted;
            result.slot = Slot(this, upstream_index, place->model, now);
        } else if (host.schedule.is_overfull(model)) {
            host.schedule.leave(model, place->ticket);
            host.waiting.erase(place->ticket);
            result.waiting = result.position - 1;
            result.wait = host.schedule.view(model, now).wait;
        } else {
            place->on_granted = std::move(on_granted);
            result.answer = Answer::queued;
            result.waiter = std::make_shared<Waiter>(*this, std::move(place));
        }
    }
    tell(news);
    return result;
}

Admission::Slot Admission::try_acquire(std::size_t upstream_index, std::string_view model) {
    std::string name(model);
    const std::lock_guard lock(mutex_);
    const SteadyTime now = clock_();
    if (!hosts_.at(upstream_index).schedule.try_start(model, now)) return {};
    return Slot(this, upstream_index, std::move(name), now);
}

Admission::Slot Admission::claim(const std::shared_ptr<Waiter>& waiter) {
    if (!waiter) return {};
    const std::lock_guard lock(mutex_);
    Place& place = *waiter->place();
    if (place.state != Place::State::granted) return {};
    place.state = Place::State::finished;
    return Slot(this, place.upstream_index, place.model, place.started);
}

void Admission::leave(const std::shared_ptr<Waiter>& waiter) {
    if (waiter) abandon(waiter->place());
}

void Admission::abandon(const std::shared_ptr<Place>& place) {
    std::function<void()> unused;  // destroyed outside the lock: it may own anything
    Slot unclaimed;
    News news;
    {
        const std::lock_guard lock(mutex_);
        const Place::State before = std::exchange(place->state, Place::State::finished);
        if (before == Place::State::finished) return;
        if (before == Place::State::granted) {
            unclaimed = Slot(this, place->upstream_index, place->model, place->started);
        } else {
            unused = std::move(place->on_granted);
            Host& host = hosts_[place->upstream_index];
            host.schedule.leave(place->model, place->ticket);
            host.waiting.erase(place->ticket);
            // An overdue request that leaves may have kept others from their slots.
            settle(host, clock_(), news);
        }
    }
    tell(news);
}

void Admission::give_back(Slot& slot) {
    News news;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_();
        Host& host = hosts_[slot.upstream_index_];
        host.schedule.finish(slot.model_, slot.started_, slot.load_, now);
        settle(host, now, news);
    }
    tell(news);
}

void Admission::advance() {
    News news;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = clock_();
        announced_ = SteadyTime::max();
        for (Host& host : hosts_)
            settle(host, now, news);
    }
    tell(news);
}

void Admission::observe_loaded(std::size_t upstream_index, const std::vector<std::string>& models,
                               SteadyTime asked_at) {
    News news;
    {
        const std::lock_guard lock(mutex_);
        Host& host = hosts_.at(upstream_index);
        host.schedule.observe_loaded(models, asked_at);
        settle(host, clock_(), news);
    }
    tell(news);
}

ModelView Admission::view(std::size_t upstream_index, std::string_view model) const {
    const std::lock_guard lock(mutex_);
    return hosts_.at(upstream_index).schedule.view(model, clock_());
}

HostView Admission::host_view(std::size_t upstream_index) const {
    const std::lock_guard lock(mutex_);
    return hosts_.at(upstream_index).schedule.host_view();
}

std::size_t Admission::lane_count() const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const Host& host : hosts_)
        count += host.schedule.busy_models();
    return count;
}

}  // namespace llmr::routing
