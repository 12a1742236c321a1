#pragma once

#include <atomic>
#include <cstdint>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/clock.hpp"
#include "simulator/api.hpp"
#include "simulator/request_log.hpp"

namespace llmr::simulator {

/// What the sessions of all threads share.
struct SessionShared {
    SteadyTime started;
    RequestLog log;
    std::atomic<std::int64_t> requests{0};
    std::atomic<std::int64_t> connections{0};
};

/// Serves one connection until it closes. `api` and `shared` must outlive it.
boost::asio::awaitable<void> run_session(boost::asio::ip::tcp::socket socket, Api& api,
                                         SessionShared& shared);

}  // namespace llmr::simulator
