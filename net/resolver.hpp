#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "net/address_cache.hpp"
#include "net/executor.hpp"

namespace llmr::net {

/// Names to addresses off the I/O thread (getaddrinfo runs on Asio's own resolver thread), cached
/// for 30 seconds, IPv6 and IPv4 interleaved. Literal addresses never leave the thread. Concurrent
/// calls for one name share one query. One per I/O thread; all calls from it.
class Resolver {
public:
    explicit Resolver(Executor executor);
    ~Resolver();
    /// Errors: upstream_unreachable naming no host.
    Task<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host,
                                                               std::uint16_t port);
    /// As above, but gives up (upstream_unreachable) when `limit` expires or is cancelled. The
    /// query itself goes on and fills the cache. `limit` belongs to the caller; its expiry is set.
    Task<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host, std::uint16_t port,
                                                               Timer& limit);
    /// Fixes the addresses of a name for the time of the cache.
    void remember(const std::string& host, Addresses addresses);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace llmr::net
