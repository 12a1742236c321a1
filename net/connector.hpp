#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "core/clock.hpp"
#include "core/proxy.hpp"
#include "net/address_race.hpp"
#include "net/connection.hpp"
#include "net/http_client.hpp"
#include "net/resolver.hpp"

namespace llmr::net {

/// Opens one connection: look-up, a race between the addresses, a tunnel where a proxy stands
/// before an upstream with TLS, TLS; all before one deadline. Used once.
class Connector {
public:
    struct Target {
        const Endpoint& endpoint;
        const ProxyServer* proxy;  ///< null: none
        asio::ssl::context* tls;   ///< may be null
        SSL_SESSION* session;      ///< to resume; may be null
    };

    /// Everything referred to must outlive `run`; `cancellation` may be null.
    Connector(Executor executor, const Target& target, Resolver& resolver,
              Cancellation* cancellation);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// Under a rule only local addresses are tried. Errors: upstream_unreachable, client_cancelled,
    /// external_not_allowed (the name has addresses, and none is local), upstream_auth (the proxy
    /// wants other credentials). A rule and a proxy exclude each other.
    Task<Result<std::unique_ptr<Connection>>> run(std::chrono::milliseconds timeout,
                                                  LocalOnly rule = LocalOnly::no);

private:
    using Endpoints = std::vector<asio::ip::tcp::endpoint>;

    Task<Result<Endpoints>> look_up();
    Task<std::optional<Error>> connect_any(Endpoints endpoints);
    Task<std::optional<Error>> secure();
    Task<std::optional<Error>> shake_hands();
    void cancel();
    bool cancelled() const { return cancellation_ != nullptr && cancellation_->cancelled(); }
    Error expired() const;

    Target target_;
    Resolver& resolver_;
    Cancellation* cancellation_;
    std::chrono::milliseconds timeout_{};
    SteadyTime deadline_{};
    Timer look_up_limit_;
    AddressRace race_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace llmr::net
