#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>

#include "net/connection.hpp"
#include "net/deadline.hpp"

namespace llmr::net {

/// Idle keep-alive connections of one client. The one used last is used next: the others grow old
/// and are closed after `idle_ttl`. One thread.
class ConnectionPool {
public:
    ConnectionPool(Executor executor, std::size_t max_idle, std::chrono::seconds idle_ttl);

    /// Null if none is idle, or none with a local peer where `local_only`. What it gives was quiet
    /// (Connection::is_quiet) a moment ago.
    std::unique_ptr<Connection> acquire(SteadyTime now, bool local_only = false);
    /// Takes a connection whose exchange is complete; beyond `max_idle` the oldest is closed.
    void release(std::unique_ptr<Connection> connection, SteadyTime now);
    /// Closes all; later ones are closed as they come.
    void shut_down();
    std::size_t size() const { return idle_.size(); }
    /// Of the TLS connection released last; null if there is none. Stays the pool's.
    SSL_SESSION* tls_session() const { return session_.get(); }

private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        SteadyTime until;
    };

    void drop_expired(SteadyTime now);

    std::size_t max_idle_;
    std::chrono::seconds idle_ttl_;
    std::deque<Idle> idle_;  ///< oldest first
    TlsSession session_;
    Deadline sweep_;
};

}  // namespace llmr::net
