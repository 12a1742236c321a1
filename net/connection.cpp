#include "net/connection.hpp"

#include <algorithm>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include "net/local_address.hpp"

namespace llmr::net {
namespace {

/// A streamed event fits; a thousand open streams cost 4 MiB. Doubles while reads fill it.
constexpr std::size_t kSmallRead = 4 * 1024;
constexpr std::size_t kLargeRead = 64 * 1024;
/// Bounds a response head or a chunk header that never ends.
constexpr std::size_t kMaxBuffered = 2 * kLargeRead;

std::size_t skip(Connection::Gather& buffers, std::size_t bytes) {
    for (asio::const_buffer& buffer : buffers) {
        const std::size_t step = std::min(bytes, buffer.size());
        buffer += step;
        bytes -= step;
    }
    return asio::buffer_size(buffers);
}

}  // namespace

Connection::Connection(Executor executor)
    : socket_(executor), buffer_(kMaxBuffered), read_size_(kSmallRead), deadline_(executor, [this] {
          timed_out_ = true;
          close();
      }) {}

Connection::~Connection() {
    // Without this OpenSSL takes the close for a truncation and spoils the session for resumption.
    if (tls_) SSL_set_shutdown(tls(), SSL_SENT_SHUTDOWN);
}

Task<Connection::error_code> Connection::connect(asio::ip::tcp::endpoint address) {
    peer_is_local_ = is_local_address(address.address());
    error_code ec;
    co_await socket_.async_connect(address, asio::redirect_error(use_task, ec));
    if (ec) co_return ec;
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ec);
    co_return ec;
}

Task<Connection::error_code> Connection::handshake(asio::ssl::context& context,
                                                   const std::string& host, SSL_SESSION* session) {
    tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, context);
    if (!expect_peer(tls(), host)) co_return asio::error::invalid_argument;
    if (session != nullptr) SSL_set_session(tls(), session);
    error_code ec;
    co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(use_task, ec));
    co_return ec;
}

Task<Connection::Written> Connection::write(Gather buffers) {
    Written done;
    if (tls_) {
        done.bytes =
            co_await asio::async_write(*tls_, buffers, asio::redirect_error(use_task, done.ec));
        co_return done;
    }
    // The usual request fits into the socket buffer: no suspension, one system call.
    done.bytes = socket_.write_some(buffers, done.ec);
    if (done.ec == asio::error::would_block) done.ec.clear();
    if (done.ec || skip(buffers, done.bytes) == 0) co_return done;
    const std::size_t rest =
        co_await asio::async_write(socket_, buffers, asio::redirect_error(use_task, done.ec));
    done.bytes += rest;
    co_return done;
}

Task<Connection::error_code> Connection::fill() {
    error_code ec;
    if (buffer_.size() >= kMaxBuffered) co_return boost::beast::http::error::buffer_overflow;
    const auto space = buffer_.prepare(std::min(read_size_, kMaxBuffered - buffer_.size()));
    std::size_t got = 0;
    if (tls_) {
        got = co_await tls_->async_read_some(space, asio::redirect_error(use_task, ec));
    } else {
        got = co_await socket_.async_read_some(space, asio::redirect_error(use_task, ec));
    }
    buffer_.commit(got);
    if (got == space.size()) read_size_ = std::min(2 * read_size_, kLargeRead);
    co_return ec;
}

void Connection::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Connection::expire_at(SteadyTime when) {
    if (when == SteadyTime::max()) {
        deadline_.clear();
    } else {
        deadline_.set(when);
    }
}

bool Connection::is_quiet() {
    if (!socket_.is_open() || buffer_.size() != 0) return false;
    if (tls_ && SSL_pending(tls()) != 0) return false;
    char byte = 0;
    const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::rest() {
    expire_at(SteadyTime::max());
    read_size_ = kSmallRead;
    if (buffer_.capacity() > kSmallRead) buffer_.shrink_to_fit();
}

SSL* Connection::tls() {
    return tls_ ? tls_->native_handle() : nullptr;
}

}  // namespace llmr::net
