#pragma once

#include <cstddef>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// Takes the bytes of one connection apart into requests, pipelined ones too. Does no I/O: the
/// session fills `space()` and tells `received()`. Limits: header 64 KiB, body 64 MiB.
class RequestReader {
public:
    enum class State { incomplete, complete, refused };

    /// Where the next bytes go.
    boost::asio::mutable_buffer space();
    void received(std::size_t bytes) { buffer_.commit(bytes); }
    /// Bytes that no request has taken yet.
    std::size_t waiting() const { return buffer_.size(); }

    /// Forgets the current request.
    void start();
    /// Takes what there is of the current request.
    State advance();
    /// Once per request: the client waits for "100 Continue" before it sends the body.
    bool must_continue();

    /// After `complete`; valid until start().
    HttpRequest request() const;
    bool keep_alive() const { return parser_->get().keep_alive(); }
    bool understands_chunks() const { return parser_->get().version() >= 11; }
    /// After `refused`: 400, 413 or 431.
    int refusal_status() const { return refusal_status_; }

private:
    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
    bool continued_ = false;
    int refusal_status_ = 400;
};

}  // namespace llmr::simulator
