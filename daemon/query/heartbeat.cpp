#include "daemon/query/heartbeat.hpp"

#include <utility>

#include "core/clock.hpp"

namespace llmr::daemon {

void Heartbeat::start(std::chrono::milliseconds interval, std::function<void()> beat) {
    interval_ = interval;
    beat_ = std::move(beat);
    if (!silence_) silence_.emplace(executor_, [this] { on_silence(); });
    touch();
}

void Heartbeat::touch() {
    if (beat_) silence_->set(steady_now() + interval_);
}

void Heartbeat::stop() {
    beat_ = nullptr;
    if (silence_) silence_->clear();
}

void Heartbeat::on_silence() {
    const auto run = beat_;  // the callback may stop this heartbeat
    if (run) run();
    touch();
}

}  // namespace llmr::daemon
