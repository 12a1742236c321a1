#pragma once

#include <functional>
#include <memory>

#include "core/clock.hpp"
#include "net/executor.hpp"

namespace llmr::net {

/// Calls a function once a moment has passed. Moving the moment is a store: the one pending timer
/// wait looks at it again when it fires, so an operation in time costs no timer call. After the
/// call the deadline is clear. The function may destroy the Deadline. One thread.
class Deadline {
public:
    Deadline(Executor executor, std::function<void()> on_expiry);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void set(SteadyTime when);
    void clear();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace llmr::net
