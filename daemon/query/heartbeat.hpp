#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "net/deadline.hpp"

namespace llmr::daemon {

/// Calls `beat` from the event loop after every `interval` of silence; `touch` says that it was not
/// silent. Not running until `start`. One thread.
class Heartbeat {
public:
    explicit Heartbeat(net::Executor executor) : executor_(executor) {}
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    void start(std::chrono::milliseconds interval, std::function<void()> beat);
    void touch();
    void stop();

private:
    void on_silence();

    net::Executor executor_;
    std::chrono::milliseconds interval_{};
    std::function<void()> beat_;
    std::optional<net::Deadline> silence_;
};

}  // namespace llmr::daemon
