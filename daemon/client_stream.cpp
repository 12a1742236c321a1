#include "daemon/client_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>
#include <tuple>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace llmr::daemon {
namespace {

/// A client that takes no byte for this long is gone.
constexpr std::chrono::seconds kWriteTimeout{120};
/// Asking the kernel to tell when a client leaves costs a system call for each query, so it is only
/// done for queries that last.
constexpr std::chrono::milliseconds kWatchDelay{40};

}  // namespace

/// Outlives the stream when a readiness wait is still pending at its end.
struct ClientStream::Watch {
    ClientStream* owner = nullptr;
    bool armed = false;
};

ClientStream::ClientStream(net::Socket& socket, net::Deadline& deadline)
    : socket_(socket),
      deadline_(deadline),
      watch_(std::make_shared<Watch>()),
      watch_delay_(socket.get_executor(), [this] { on_watch_delay(); }) {
    watch_->owner = this;
}

ClientStream::~ClientStream() {
    watch_->owner = nullptr;
}

void ClientStream::begin_request(bool http_1_1, bool keep_alive, bool head_only) {
    http_1_1_ = http_1_1;
    keep_alive_ = keep_alive;
    head_only_ = head_only;
    head_sent_ = streaming_ = answered_ = false;
    status_sent_ = 0;
    pending_head_.clear();
}

net::Task<bool> ClientStream::send(Reply reply) {
    const std::string head = head_text(reply, Framing::content_length, keep_alive_, more_lines_);
    head_sent_ = answered_ = true;
    status_sent_ = reply.status;
    Pieces pieces{head, head_only_ ? std::string_view() : std::string_view(reply.body)};
    co_return co_await write_all(pieces);
}

void ClientStream::begin_stream(const Reply& reply) {
    // HTTP/1.0 has no chunks: the end of the connection ends the body.
    if (!http_1_1_) keep_alive_ = false;
    const Framing framing = http_1_1_ ? Framing::chunked : Framing::until_close;
    pending_head_ = head_text(reply, framing, keep_alive_, more_lines_);
    head_sent_ = streaming_ = true;
    status_sent_ = reply.status;
}

/// The pieces of one chunk: pending head, size line, bytes, line end (and the last chunk).
ClientStream::Pieces ClientStream::framed(std::string& size_line, std::string_view bytes,
                                          bool last) const {
    if (head_only_) return {pending_head_};
    if (!http_1_1_) return {pending_head_, bytes};
    if (bytes.empty()) {
        return {pending_head_, last ? std::string_view("0\r\n\r\n") : std::string_view()};
    }
    size_line = fmt::format("{:x}\r\n", bytes.size());
    return {pending_head_, size_line, bytes, last ? "\r\n0\r\n\r\n" : "\r\n"};
}

net::Task<bool> ClientStream::write(std::string_view bytes) {
    std::string size_line;
    Pieces pieces = framed(size_line, bytes, false);
    const bool ok = co_await write_all(pieces);
    pending_head_.clear();
    co_return ok;
}

net::Task<bool> ClientStream::end_stream(std::string_view bytes) {
    answered_ = true;
    std::string size_line;
    Pieces pieces = framed(size_line, bytes, true);
    const bool ok = co_await write_all(pieces);
    pending_head_.clear();
    co_return ok;
}

net::Task<void> ClientStream::break_stream(std::string_view bytes) {
    keep_alive_ = false;
    answered_ = true;
    co_await write(bytes);
}

net::Task<void> ClientStream::fail_stream(std::string_view bytes) {
    keep_alive_ = false;
    co_await end_stream(bytes);
}

void ClientStream::try_write(std::string_view bytes) {
    std::string size_line;
    const Pieces pieces = framed(size_line, bytes, false);
    std::string all;
    for (const std::string_view piece : pieces)
        all += piece;
    pending_head_.clear();
    boost::system::error_code ec;
    const std::size_t sent = socket_.write_some(net::asio::buffer(all), ec);
    // Half a heartbeat would corrupt the framing; a socket that cannot take 20 bytes is lost.
    if (ec || sent != all.size()) stop(StopReason::client_gone);
}

net::Task<bool> ClientStream::write_all(Pieces pieces) {
    if (stopped_ == StopReason::client_gone) co_return false;
    std::array<net::asio::const_buffer, std::tuple_size_v<Pieces>> buffers;
    std::size_t total = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        buffers[i] = net::asio::buffer(pieces[i].data(), pieces[i].size());
        total += pieces[i].size();
    }
    if (total == 0) co_return true;

    // The socket is non-blocking: nearly every write fits into the send buffer at once.
    boost::system::error_code ec;
    std::size_t sent = socket_.write_some(buffers, ec);
    if (!ec && sent == total) co_return true;
    if (ec == net::asio::error::would_block || ec == net::asio::error::try_again) {
        ec = {};
        sent = 0;
    }
    if (!ec) {
        for (auto& buffer : buffers) {
            const std::size_t skip = std::min(sent, buffer.size());
            buffer += skip;
            sent -= skip;
        }
        deadline_.set(steady_now() + kWriteTimeout);
        auto token = net::asio::redirect_error(net::use_task, ec);
        co_await net::asio::async_write(socket_, buffers, token);
        deadline_.clear();
    }
    if (!ec) co_return true;
    keep_alive_ = false;
    stop(StopReason::client_gone);
    co_return false;
}

void ClientStream::watch(std::function<void(StopReason)> on_stop,
                         std::function<void()> on_lasting) {
    on_stop_ = std::move(on_stop);
    on_lasting_ = std::move(on_lasting);
    watch_delay_.set(steady_now() + kWatchDelay);
}

void ClientStream::on_watch_delay() {
    if (!on_stop_) return;
    arm_watch();
    if (const auto lasting = std::exchange(on_lasting_, nullptr)) lasting();
}

void ClientStream::arm_watch() {
    if (watch_->armed || !on_stop_) return;
    watch_->armed = true;
    socket_.async_wait(net::Socket::wait_read, [watch = watch_](boost::system::error_code ec) {
        watch->armed = false;
        if (!ec && watch->owner != nullptr) watch->owner->on_readable();
    });
}

void ClientStream::unwatch() {
    on_stop_ = nullptr;
    on_lasting_ = nullptr;
    watch_delay_.clear();
}

void ClientStream::on_readable() {
    if (!on_stop_) return;  // the next request's bytes, after the query that watched had ended
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return;  // a pipelined request: no longer watchable, and no reason to stop
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return arm_watch();
    keep_alive_ = false;
    stop(StopReason::client_gone);
}

void ClientStream::stop(StopReason reason) {
    if (stopped_ != StopReason::none) return;
    stopped_ = reason;
    keep_alive_ = false;
    if (auto callback = std::exchange(on_stop_, nullptr)) callback(reason);
}

}  // namespace llmr::daemon
