#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace llmr::simulator {

/// Where a response ends before its end, in body bytes; negative: nowhere.
struct BodyLimits {
    std::int64_t cut_after = -1;
    std::int64_t stall_after = -1;
};

enum class WriteResult {
    ok,
    cut,      ///< the byte to cut at was reached and sent
    stalled,  ///< the byte to stall at was reached and sent
    failed    ///< the peer is gone
};

/// Sends head and body of one response. The head travels with the first bytes of the body; each
/// `write` is one chunk (if the body is chunked) and one write to the socket.
class BodyWriter {
public:
    BodyWriter(boost::asio::ip::tcp::socket& socket, std::string head, bool chunked,
               BodyLimits limits);

    /// `bytes` must stay valid until it has completed.
    boost::asio::awaitable<WriteResult> write(std::string_view bytes);
    /// The end of the body.
    boost::asio::awaitable<WriteResult> finish();

private:
    boost::asio::awaitable<WriteResult> flush(WriteResult then);

    boost::asio::ip::tcp::socket& socket_;
    std::string frame_;  ///< holds the head until the first flush
    bool chunked_;
    BodyLimits limits_;
    std::int64_t sent_ = 0;
};

}  // namespace llmr::simulator
