#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "net/deadline.hpp"
#include "net/executor.hpp"
#include "net/tls_session.hpp"

namespace llmr::net {

/// One TCP connection to an upstream, with TLS on top where the upstream asks for it, its receive
/// buffer, and a deadline that closes it. One thread; must outlive its pending operation.
class Connection {
public:
    using error_code = boost::system::error_code;
    using Gather = std::array<asio::const_buffer, 2>;
    struct Written {
        error_code ec;
        std::size_t bytes = 0;  ///< how many left, also after an error
    };

    explicit Connection(Executor executor);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Task<error_code> connect(asio::ip::tcp::endpoint address);
    /// Whether `connect` went to this machine or its network.
    bool peer_is_local() const { return peer_is_local_; }
    /// TLS for `host`, resuming `session` if not null. Once, after connect.
    Task<error_code> handshake(asio::ssl::context& context, const std::string& host,
                               SSL_SESSION* session);
    /// Writes everything, in one system call where the kernel takes it.
    Task<Written> write(Gather buffers);
    /// One read into `buffer()`; buffer_overflow once that holds kMaxBuffered bytes.
    Task<error_code> fill();
    boost::beast::flat_buffer& buffer() { return buffer_; }

    /// At once: a pending operation ends with operation_aborted.
    void close();
    /// Closes the connection at that moment; time_point::max() takes the deadline away.
    void expire_at(SteadyTime when);
    void expire_after(std::chrono::milliseconds from_now) { expire_at(steady_now() + from_now); }
    bool timed_out() const { return timed_out_; }

    /// Between exchanges: still open, and the peer has neither closed it nor sent anything.
    bool is_quiet();
    /// Gives back memory that a large answer took.
    void rest();
    SSL* tls();  ///< null without TLS

private:
    Socket socket_;
    std::unique_ptr<asio::ssl::stream<Socket&>> tls_;
    boost::beast::flat_buffer buffer_;
    std::size_t read_size_;
    bool peer_is_local_ = false;
    bool timed_out_ = false;
    Deadline deadline_;
};

}  // namespace llmr::net
