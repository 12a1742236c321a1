#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "net/executor.hpp"

namespace llmr::daemon {

/// Calls `beat` from the event loop after every `interval` of silence. `touch` is a store; one
/// pending timer looks at it when it fires. Not running until `start`. One thread.
class Heartbeat {
public:
    explicit Heartbeat(net::Executor executor) : executor_(executor) {}
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    void start(std::chrono::milliseconds interval, std::function<void()> beat);
    void touch();
    void stop();

private:
    struct State;
    net::Executor executor_;
    std::shared_ptr<State> state_;
};

}  // namespace llmr::daemon
