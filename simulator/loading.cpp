#include "simulator/loading.hpp"

#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/clock.hpp"

namespace llmr::simulator {
namespace {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// What a waiting session shares with whoever lets it in.
struct Entry {
    explicit Entry(const asio::any_io_executor& executor) : timer(executor) {
        timer.expires_at(SteadyTime::max());
    }

    asio::steady_timer timer;
    std::optional<SteadyTime> ready_at;
};

/// Ends when the model is loaded, or when it is cancelled.
asio::awaitable<void> wait_until_loaded(std::shared_ptr<Entry> entry) {
    while (!entry->ready_at) {
        co_await entry->timer.async_wait(kAwait);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return;
        }
    }
    entry->timer.expires_at(*entry->ready_at);
    co_await entry->timer.async_wait(kAwait);
}

}  // namespace

asio::awaitable<std::shared_ptr<ModelMemory::Guest>> wait_for_memory(Connection& connection,
                                                                     Reply& reply) {
    using namespace asio::experimental::awaitable_operators;
    const SteadyTime asked = steady_now();
    auto entry = std::make_shared<Entry>(connection.socket.get_executor());
    auto guest = reply.enter([entry](SteadyTime ready_at) {
        asio::post(entry->timer.get_executor(), [entry, ready_at] {
            entry->ready_at = ready_at;
            entry->timer.cancel();
        });
    });
    const auto first = co_await (wait_until_loaded(entry) || watch_for_close(connection));
    if (first.index() != 0) {
        co_return nullptr;
    }
    reply.fill(reply, steady_now() - asked);
    co_return guest;
}

}  // namespace llmr::simulator
