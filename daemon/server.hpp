#pragma once

#include <memory>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "core/config.hpp"
#include "core/error.hpp"
#include "daemon/passed_sockets.hpp"
#include "daemon/worker.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

using Acceptor = net::asio::basic_socket_acceptor<net::asio::ip::tcp, net::Executor>;

/// The listening sockets of one worker. Every worker has its own for each address (SO_REUSEPORT),
/// so the kernel spreads the connections and no socket changes threads.
class Server {
public:
    explicit Server(Worker& worker);

    /// Binds and listens; port 0 is replaced in `address` by what the kernel gave, so that the next
    /// worker binds the same. Before the worker runs. Error: upstream_unreachable is never used;
    /// invalid_parameter with the address and the reason.
    Result<void> listen(ListenAddress& address);
    /// Accepts on a duplicate of a listening socket instead, which every worker shares with the
    /// others. Before the worker runs. Error: internal.
    Result<void> adopt(const PassedSocket& socket);
    /// Accepts until `stop`.
    void start();
    /// On the worker's thread.
    void stop();

private:
    net::Task<void> accept_loop(Acceptor& acceptor);

    Worker& worker_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    bool stopping_ = false;
};

}  // namespace llmr::daemon
