#include "daemon/server.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include "core/log.hpp"
#include "daemon/session.hpp"

namespace llmr::daemon {
namespace {

using V6Only = net::asio::detail::socket_option::boolean<IPPROTO_IPV6, IPV6_V6ONLY>;
using ReusePort = net::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

net::Task<void> run_session(Worker& worker, net::Socket socket) {
    Session session(worker, std::move(socket));
    co_await session.run();
}

void log_failure(std::exception_ptr failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::error("session ended by an exception: {}", e.what());
    }
}

}  // namespace

Server::Server(Worker& worker) : worker_(worker) {}

Result<void> Server::listen(ListenAddress& address) {
    namespace ip = net::asio::ip;
    boost::system::error_code ec;
    const auto host =
        ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, ec);
    const auto fail = [&](std::string_view what) {
        return Error(Errc::invalid_parameter,
                     fmt::format("cannot listen on {}:{} ({}): {}", address.host, address.port,
                                 what, ec.message()));
    };
    if (ec) return fail("not an address");
    const ip::tcp::endpoint endpoint(host, address.port);
    auto acceptor = std::make_unique<Acceptor>(worker_.executor());
    acceptor->open(endpoint.protocol(), ec);
    if (ec) return fail("socket");
    acceptor->set_option(net::asio::socket_base::reuse_address(true), ec);
    acceptor->set_option(ReusePort(true), ec);
    if (host.is_v6()) acceptor->set_option(V6Only(true), ec);
    acceptor->bind(endpoint, ec);
    if (ec) return fail("bind");
    acceptor->listen(net::asio::socket_base::max_listen_connections, ec);
    if (ec) return fail("listen");
    address.port = acceptor->local_endpoint().port();
    acceptors_.push_back(std::move(acceptor));
    return {};
}

Result<void> Server::adopt(const PassedSocket& socket) {
    const auto fail = [](std::string_view what) {
        return Error(Errc::internal, fmt::format("cannot use the socket passed: {}", what));
    };
    // One description, so one queue of connections, for all workers and for who passed it on.
    const int descriptor = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) return fail(std::strerror(errno));
    boost::system::error_code ec;
    auto acceptor = std::make_unique<Acceptor>(worker_.executor());
    const bool v6 = socket.address.host.find(':') != std::string::npos;
    acceptor->assign(v6 ? net::asio::ip::tcp::v6() : net::asio::ip::tcp::v4(), descriptor, ec);
    if (ec) {
        close(descriptor);
        return fail(ec.message());
    }
    acceptors_.push_back(std::move(acceptor));
    return {};
}

void Server::start() {
    for (auto& acceptor : acceptors_) {
        net::asio::co_spawn(worker_.executor(), accept_loop(*acceptor), log_failure);
    }
}

void Server::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    for (auto& acceptor : acceptors_)
        acceptor->close(ignored);
}

net::Task<void> Server::accept_loop(Acceptor& acceptor) {
    net::Timer pause(worker_.executor());
    while (!stopping_) {
        boost::system::error_code ec;
        net::Socket socket(worker_.executor());
        auto token = net::asio::redirect_error(net::use_task, ec);
        co_await acceptor.async_accept(socket, token);
        // A connection that came just before the stop is one of those that are drained.
        if (stopping_ && ec) co_return;
        const bool full = worker_.services().open_connections.load(std::memory_order_relaxed) >=
                          worker_.config()->max_connections;
        if (ec || full) {
            // Out of descriptors, or at the limit: breathe instead of spinning (proxysql#663).
            if (ec) log::warn("accept: {}", ec.message());
            boost::system::error_code ignored;
            socket.close(ignored);
            auto wait_token = net::asio::redirect_error(net::use_task, ignored);
            pause.expires_after(std::chrono::milliseconds(ec ? 100 : 10));
            co_await pause.async_wait(wait_token);
            continue;
        }
        net::asio::co_spawn(worker_.executor(), run_session(worker_, std::move(socket)),
                            log_failure);
    }
}

}  // namespace llmr::daemon
