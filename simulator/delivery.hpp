#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "simulator/api.hpp"
#include "simulator/request_reader.hpp"

namespace llmr::simulator {

enum class Outcome {
    completed,
    cut,         ///< the switches ended it early: close the socket
    reset,       ///< the switches want the connection reset
    peer_closed  ///< the peer left before the end
};

/// A connection's socket and what was read from it ahead.
struct Connection {
    boost::asio::ip::tcp::socket socket;
    RequestReader reader;
};

/// Reads ahead until the peer closes its side.
boost::asio::awaitable<void> watch_for_close(Connection& connection);

/// Sends `reply` at the pace and with the faults of its switches, while listening for a close by
/// the peer, which ends it at once. Bytes that arrive meanwhile go to the reader.
/// All arguments must outlive the operation. `head` is the response's head and is moved from.
boost::asio::awaitable<Outcome> deliver(Connection& connection, Reply& reply, std::string& head,
                                        bool chunked);

}  // namespace llmr::simulator
