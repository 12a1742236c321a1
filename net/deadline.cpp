#include "net/deadline.hpp"

#include <utility>

namespace llmr::net {

struct Deadline::State : std::enable_shared_from_this<Deadline::State> {
    State(Executor executor, std::function<void()> function)
        : timer(executor), on_expiry(std::move(function)) {}

    void wait_until(SteadyTime when) {
        fires_at = when;
        timer.expires_at(when);  // also ends the wait before it
        timer.async_wait([self = shared_from_this()](boost::system::error_code ec) {
            if (!ec) self->on_timer();
        });
    }

    void on_timer() {
        fires_at = SteadyTime::max();
        if (gone || at == SteadyTime::max()) return;
        if (at > steady_now()) return wait_until(at);
        at = SteadyTime::max();
        on_expiry();
    }

    Timer timer;
    std::function<void()> on_expiry;
    SteadyTime at = SteadyTime::max();        ///< max: no deadline
    SteadyTime fires_at = SteadyTime::max();  ///< when the pending wait ends; max: none
    bool gone = false;
};

Deadline::Deadline(Executor executor, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(executor, std::move(on_expiry))) {}

Deadline::~Deadline() {
    state_->gone = true;
    state_->timer.cancel();
}

void Deadline::set(SteadyTime when) {
    state_->at = when;
    if (when < state_->fires_at) state_->wait_until(when);
}

void Deadline::clear() {
    state_->at = SteadyTime::max();
}

}  // namespace llmr::net
