#include "daemon/query/heartbeat.hpp"

#include <utility>

#include "core/clock.hpp"

namespace llmr::daemon {

struct Heartbeat::State : std::enable_shared_from_this<Heartbeat::State> {
    State(net::Executor executor, std::chrono::milliseconds every, std::function<void()> callback)
        : timer(executor), interval(every), beat(std::move(callback)), last(steady_now()) {}

    void wait() {
        timer.expires_at(last + interval);
        timer.async_wait([self = shared_from_this()](boost::system::error_code ec) {
            if (!ec) self->on_timer();
        });
    }

    void on_timer() {
        if (!beat) return;
        if (steady_now() - last >= interval) {
            last = steady_now();
            const auto run = beat;  // the callback may stop this heartbeat
            run();
        }
        if (beat) wait();
    }

    net::Timer timer;
    std::chrono::milliseconds interval;
    std::function<void()> beat;
    SteadyTime last;
};

Heartbeat::~Heartbeat() { stop(); }

void Heartbeat::start(std::chrono::milliseconds interval, std::function<void()> beat) {
    stop();
    state_ = std::make_shared<State>(executor_, interval, std::move(beat));
    state_->wait();
}

void Heartbeat::touch() {
    if (state_) state_->last = steady_now();
}

void Heartbeat::stop() {
    if (!state_) return;
    state_->beat = nullptr;
    state_->timer.cancel();
    state_.reset();
}

}  // namespace llmr::daemon
