#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/error.hpp"
#include "simulator/session.hpp"

namespace llmr::simulator {

/// Event loops, one thread each.
class Loops {
public:
    explicit Loops(int threads);
    /// Stops the loops and joins; what was pending is destroyed.
    ~Loops();
    void run();

    /// The loops in turn.
    boost::asio::io_context& next();
    /// The one that accepts.
    boost::asio::io_context& first() { return *contexts_.front(); }

private:
    using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
    std::vector<Work> work_;
    std::vector<std::thread> threads_;
    std::size_t turn_ = 0;  ///< only touched by the accepting loop
};

/// Binds an address. `port` 0: the kernel chooses.
/// Errors: upstream_unreachable with the address.
Result<boost::asio::ip::tcp::acceptor> bind_acceptor(boost::asio::io_context& context,
                                                     const std::string& host, std::uint16_t port);

/// Accepts connections until the loops stop, and hands them to the loops in turn. All references
/// must outlive the loops.
void serve(boost::asio::ip::tcp::acceptor acceptor, Loops& loops, Api& api, SessionShared& shared);

}  // namespace llmr::simulator
