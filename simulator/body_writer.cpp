#include "simulator/body_writer.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "simulator/http_head.hpp"

namespace llmr::simulator {
namespace {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

BodyWriter::BodyWriter(asio::ip::tcp::socket& socket, std::string head, bool chunked,
                       BodyLimits limits)
    : socket_(socket), frame_(std::move(head)), chunked_(chunked), limits_(limits) {}

asio::awaitable<WriteResult> BodyWriter::write(std::string_view bytes) {
    WriteResult then = WriteResult::ok;
    const auto stop_at = [&](std::int64_t limit, WriteResult result) {
        if (limit >= 0 && sent_ + static_cast<std::int64_t>(bytes.size()) >= limit) {
            bytes = bytes.substr(0, static_cast<std::size_t>(limit - sent_));
            then = result;
        }
    };
    stop_at(limits_.stall_after, WriteResult::stalled);
    stop_at(limits_.cut_after, WriteResult::cut);
    if (!bytes.empty()) {
        if (chunked_) {
            append_chunk(frame_, bytes);
        } else {
            frame_ += bytes;
        }
        sent_ += static_cast<std::int64_t>(bytes.size());
    }
    return flush(then);
}

asio::awaitable<WriteResult> BodyWriter::finish() {
    if (chunked_) {
        frame_ += kLastChunk;
    }
    return flush(WriteResult::ok);
}

asio::awaitable<WriteResult> BodyWriter::flush(WriteResult then) {
    if (frame_.empty()) {
        co_return then;
    }
    const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(frame_), kAwait);
    frame_.clear();
    co_return error ? WriteResult::failed : then;
}

}  // namespace llmr::simulator
