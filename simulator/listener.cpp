#include "simulator/listener.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/log.hpp"

namespace llmr::simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
/// How long to wait when there are no file descriptors left.
constexpr std::chrono::milliseconds kAcceptBackOff{100};

void report(const std::exception_ptr& failure) {
    if (!failure) {
        return;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        log::error("simulator: {}", error.what());
    }
}

asio::awaitable<void> accept_loop(tcp::acceptor acceptor, Loops& loops, Api& api,
                                  SessionShared& shared) {
    asio::steady_timer back_off(acceptor.get_executor());
    while (acceptor.is_open()) {
        auto& loop = loops.next();
        auto [error, socket] = co_await acceptor.async_accept(loop, kAwait);
        if (error) {
            back_off.expires_after(kAcceptBackOff);
            co_await back_off.async_wait(kAwait);
            continue;
        }
        asio::co_spawn(loop, run_session(std::move(socket), api, shared), report);
    }
}

Error cannot_bind(const std::string& host, std::uint16_t port, std::string_view why) {
    return {Errc::upstream_unreachable, fmt::format("cannot listen on {}:{}: {}", host, port, why)};
}

}  // namespace

Loops::Loops(int threads) {
    for (int i = 0; i < std::max(threads, 1); ++i) {
        contexts_.push_back(std::make_unique<asio::io_context>(1));
        work_.push_back(asio::make_work_guard(*contexts_.back()));
    }
}

Loops::~Loops() {
    for (const auto& context : contexts_) {
        context->stop();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
    // The accepting loop first: its pending accept holds a socket of another loop.
    work_.clear();
    for (auto& context : contexts_) {
        context.reset();
    }
}

void Loops::run() {
    for (const auto& context : contexts_) {
        threads_.emplace_back([&loop = *context] { loop.run(); });
    }
}

asio::io_context& Loops::next() {
    turn_ = (turn_ + 1) % contexts_.size();
    return *contexts_[turn_];
}

Result<tcp::acceptor> bind_acceptor(asio::io_context& context, const std::string& host,
                                    std::uint16_t port) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) {
        return cannot_bind(host, port, "not an IP address");
    }
    const tcp::endpoint endpoint(address, port);
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return cannot_bind(host, port, error.message());
    }
    return acceptor;
}

void serve(tcp::acceptor acceptor, Loops& loops, Api& api, SessionShared& shared) {
    auto executor = acceptor.get_executor();
    asio::co_spawn(executor, accept_loop(std::move(acceptor), loops, api, shared), report);
}

}  // namespace llmr::simulator
