#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/reply.hpp"
#include "net/deadline.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

/// Why a query has to stop before its answer is complete.
enum class StopReason : std::uint8_t { none, client_gone, shutting_down };

/// The client's side of one connection: writes answers, and notices when the client leaves while
/// somebody else is being waited for. One thread. Writes are awaited, so a slow reader slows the
/// upstream down (back-pressure) instead of filling memory.
class ClientStream {
public:
    ClientStream(net::Socket& socket, net::Deadline& deadline);
    ~ClientStream();

    // ---- per request, set by the session
    void begin_request(bool http_1_1, bool keep_alive, bool head_only);
    /// Header lines that every answer to this request carries, streams and errors too.
    void add_lines(std::string lines) { more_lines_ = std::move(lines); }
    bool keep_alive() const { return keep_alive_; }
    void forbid_keep_alive() { keep_alive_ = false; }

    // ---- answers; false: the client is gone
    net::Task<bool> send(Reply reply);
    /// Starts a streamed answer; `reply.body` is ignored. The head leaves with the first bytes.
    void begin_stream(const Reply& reply);
    net::Task<bool> write(std::string_view bytes);
    /// `bytes` and the end of the answer in one write.
    net::Task<bool> end_stream(std::string_view bytes);
    /// The answer broke off: the connection closes without the end of the chunked body, so that no
    /// client can take it for complete.
    net::Task<void> break_stream(std::string_view bytes);
    /// The answer broke off, and `bytes` are an event that ends it in the client's dialect: the
    /// body ends in order, since clients read on to its end.
    net::Task<void> fail_stream(std::string_view bytes);
    /// Without waiting: all of `bytes` or, when the socket is busy, nothing. For heartbeats.
    void try_write(std::string_view bytes);

    bool head_sent() const { return head_sent_; }
    bool stream_begun() const { return streaming_; }
    int status_sent() const { return status_sent_; }
    bool answered() const { return answered_; }

    // ---- leaving
    /// Runs `on_stop` (once, from the event loop) when the client closes or the session is cut. A
    /// client that closes at once is noticed within 40 ms.
    /// Runs `on_lasting` (once) if the query is still under way then.
    void watch(std::function<void(StopReason)> on_stop, std::function<void()> on_lasting);
    void unwatch();
    void stop(StopReason reason);
    StopReason stopped() const { return stopped_; }

private:
    struct Watch;
    using Pieces = std::array<std::string_view, 4>;
    net::Task<bool> write_all(Pieces pieces);
    Pieces framed(std::string& size_line, std::string_view bytes, bool last) const;
    void on_watch_delay();
    void arm_watch();
    void on_readable();

    net::Socket& socket_;
    net::Deadline& deadline_;
    std::shared_ptr<Watch> watch_;
    net::Deadline watch_delay_;
    std::function<void(StopReason)> on_stop_;
    std::function<void()> on_lasting_;
    std::string pending_head_;
    std::string more_lines_;
    StopReason stopped_ = StopReason::none;
    bool http_1_1_ = true;
    bool keep_alive_ = true;
    bool head_only_ = false;
    bool head_sent_ = false;
    bool streaming_ = false;
    bool answered_ = false;
    int status_sent_ = 0;
};

}  // namespace llmr::daemon
