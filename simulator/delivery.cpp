#include "simulator/delivery.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/clock.hpp"
#include "simulator/body_writer.hpp"

namespace llmr::simulator {
namespace {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// What a client may send ahead while it waits for an answer.
constexpr std::size_t kReadAheadLimit = 256 * 1024;

BodyLimits limits_of(const Reply& reply) {
    BodyLimits limits;
    if (reply.switches) {
        limits.cut_after = reply.switches->cut_after_bytes;
        limits.stall_after = reply.switches->stall_after_bytes;
    }
    return limits;
}

/// When each token is due. Reckoned from the start, so that late timers do not add up.
class Pace {
public:
    explicit Pace(const Reply& reply) : start_(steady_now()) {
        if (reply.switches && reply.status < 400) {
            first_ = reply.switches->first_token_delay;
            rate_ = reply.switches->tokens_per_second;
        }
    }
    /// When the event after `tokens` tokens may leave.
    SteadyTime due(std::int64_t tokens) const {
        SteadyTime at = start_ + first_;
        if (rate_ > 0) {
            const std::chrono::duration<double> later(static_cast<double>(tokens) / rate_);
            at += std::chrono::duration_cast<SteadyTime::duration>(later);
        }
        return at;
    }

private:
    SteadyTime start_;
    std::chrono::microseconds first_{0};
    double rate_ = 0;
};

asio::awaitable<void> wait_until(asio::steady_timer& timer, SteadyTime due) {
    if (due > steady_now()) {
        timer.expires_at(due);
        co_await timer.async_wait(kAwait);
    }
}

asio::awaitable<void> wait_for_good(asio::steady_timer& timer) {
    timer.expires_at(SteadyTime::max());
    co_await timer.async_wait(kAwait);
}

asio::awaitable<WriteResult> send_events(EventSource& events, BodyWriter& writer,
                                         asio::steady_timer& timer, const Pace& pace) {
    std::string event;
    std::int64_t tokens = 0;
    while (const auto carried = events.next(event)) {
        if (*carried != EventSource::kAtOnce) {
            co_await wait_until(timer, pace.due(tokens));
        }
        const auto result = co_await writer.write(event);
        if (result != WriteResult::ok) {
            co_return result;
        }
        tokens += std::max(*carried, 0);
        event.clear();
    }
    co_return WriteResult::ok;
}

/// The sending side; ends by itself or when it is cancelled.
asio::awaitable<Outcome> send(Connection& connection, Reply& reply, std::string& head,
                              bool chunked) {
    asio::steady_timer timer(connection.socket.get_executor());
    const Pace pace(reply);
    BodyWriter writer(connection.socket, std::move(head), chunked, limits_of(reply));
    auto result = WriteResult::ok;
    if (reply.events) {
        result = co_await send_events(*reply.events, writer, timer, pace);
    } else {
        co_await wait_until(timer, pace.due(reply.body_tokens));
        result = co_await writer.write(reply.body);
    }
    if (result == WriteResult::ok) {
        result = co_await writer.finish();
    }
    if (result == WriteResult::stalled) {
        co_await wait_for_good(timer);
    }
    switch (result) {
        case WriteResult::ok:
            co_return Outcome::completed;
        case WriteResult::cut:
            co_return Outcome::cut;
        case WriteResult::stalled:
        case WriteResult::failed:
            break;
    }
    co_return Outcome::peer_closed;
}

}  // namespace

asio::awaitable<void> watch_for_close(Connection& connection) {
    while (connection.reader.waiting() < kReadAheadLimit) {
        const auto [error, size] =
            co_await connection.socket.async_read_some(connection.reader.space(), kAwait);
        if (error) {
            co_return;
        }
        connection.reader.received(size);
    }
    asio::steady_timer timer(connection.socket.get_executor());
    co_await wait_for_good(timer);
}

asio::awaitable<Outcome> deliver(Connection& connection, Reply& reply, std::string& head,
                                 bool chunked) {
    using namespace asio::experimental::awaitable_operators;
    if (reply.switches && reply.switches->reset_before_head) {
        co_return Outcome::reset;
    }
    const auto first =
        co_await (send(connection, reply, head, chunked) || watch_for_close(connection));
    co_return first.index() == 0 ? std::get<0>(first) : Outcome::peer_closed;
}

}  // namespace llmr::simulator
