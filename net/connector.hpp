#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "core/clock.hpp"
#include "net/connection.hpp"
#include "net/http_client.hpp"
#include "net/resolver.hpp"

namespace llmr::net {

/// Opens one connection: look-up, addresses in turn, TLS, all before one deadline. An address that
/// is refused gives way at once, a silent one after its share of the time (250 ms to 1 s) unless it
/// is the last. Used once.
class Connector {
public:
    /// Everything referred to must outlive `run`; `tls`, `session` and `cancellation` may be null.
    Connector(Executor executor, const Endpoint& endpoint, Resolver& resolver,
              asio::ssl::context* tls, SSL_SESSION* session, Cancellation* cancellation);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// Under a rule only local addresses are tried. Errors: upstream_unreachable, client_cancelled,
    /// external_not_allowed (the name has addresses, and none is local).
    Task<Result<std::unique_ptr<Connection>>> run(std::chrono::milliseconds timeout,
                                                  LocalOnly rule = LocalOnly::no);

private:
    using Endpoints = std::vector<asio::ip::tcp::endpoint>;

    Task<Result<Endpoints>> look_up();
    Task<std::optional<Error>> connect_any(Endpoints endpoints);
    Task<std::optional<Error>> shake_hands();
    void cancel();
    bool cancelled() const { return cancellation_ != nullptr && cancellation_->cancelled(); }
    Error expired() const;

    Executor executor_;
    const Endpoint& endpoint_;
    Resolver& resolver_;
    asio::ssl::context* tls_;
    SSL_SESSION* session_;
    Cancellation* cancellation_;
    std::chrono::milliseconds timeout_{};
    SteadyTime deadline_{};
    Timer look_up_limit_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace llmr::net
