#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>

#include "net/executor.hpp"

namespace llmr::daemon {

/// One waiter, one event, one thread: a coroutine waits until somebody on the same I/O thread
/// fires. Firing first is fine. The fire resumes the coroutine inside the call, so fire from a
/// handler of its own (a posted function, a timer), never from the middle of another coroutine.
class Signal {
public:
    net::Task<bool> wait() {
        auto initiate = [this](auto handler) {
            if (value_) return std::move(handler)(*value_);
            pending_ = std::make_unique<PendingFor<decltype(handler)>>(std::move(handler));
        };
        return net::asio::async_initiate<const net::asio::use_awaitable_t<net::Executor>&,
                                         void(bool)>(std::move(initiate), net::use_task);
    }

    /// Later calls have no effect.
    void fire(bool value) {
        if (value_) return;
        value_ = value;
        if (auto pending = std::move(pending_)) pending->complete(value);
    }

    bool fired() const { return value_.has_value(); }

private:
    struct Pending {
        virtual ~Pending() = default;
        virtual void complete(bool value) = 0;
    };
    template <class Handler>
    struct PendingFor final : Pending {
        explicit PendingFor(Handler h) : handler(std::move(h)) {}
        void complete(bool value) override { std::move(handler)(value); }
        Handler handler;
    };

    std::unique_ptr<Pending> pending_;
    std::optional<bool> value_;
};

}  // namespace llmr::daemon
