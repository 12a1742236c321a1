#include "net/connector.hpp"

#include <string>
#include <utility>

#include "net/local_address.hpp"
#include "net/proxy_tunnel.hpp"
#include "net/tls_session.hpp"
#include "net/transport_error.hpp"

namespace llmr::net {

Connector::Connector(Executor executor, const Target& target, Resolver& resolver,
                     Cancellation* cancellation)
    : target_(target),
      resolver_(resolver),
      cancellation_(cancellation),
      look_up_limit_(executor),
      race_(executor) {}

Connector::~Connector() {
    if (cancellation_ != nullptr) cancellation_->disarm();
}

Task<Result<std::unique_ptr<Connection>>> Connector::run(std::chrono::milliseconds timeout,
                                                         LocalOnly rule) {
    timeout_ = timeout;
    deadline_ = steady_now() + timeout;
    if (cancelled()) co_return cancelled_by_client();
    if (cancellation_ != nullptr) cancellation_->arm([this] { cancel(); });

    Result<Endpoints> endpoints = co_await look_up();
    if (!endpoints) co_return endpoints.error();
    if (rule != LocalOnly::no) {
        // Whatever the name is called: what counts is where it leads now.
        std::erase_if(*endpoints, [](const auto& e) { return !is_local_address(e.address()); });
        if (endpoints->empty()) {
            co_return not_local(rule,
                                "the upstream's name leads outside this machine and its network");
        }
    }
    std::optional<Error> failure = co_await connect_any(std::move(*endpoints));
    if (!failure) failure = co_await secure();
    if (cancelled()) co_return cancelled_by_client();
    if (!failure && connection_->timed_out()) failure = expired();
    if (failure) co_return std::move(*failure);
    connection_->expire_at(SteadyTime::max());
    co_return std::move(connection_);
}

Task<Result<Connector::Endpoints>> Connector::look_up() {
    look_up_limit_.expires_at(deadline_);
    const ProxyServer* const proxy = target_.proxy;
    const std::string host = proxy != nullptr ? proxy->host : target_.endpoint.host;
    const std::uint16_t port = proxy != nullptr ? proxy->port : target_.endpoint.port;
    Result<Endpoints> found = co_await resolver_.resolve(host, port, look_up_limit_);
    if (cancelled()) co_return cancelled_by_client();
    if (!found && steady_now() >= deadline_) co_return expired();
    if (!found && proxy != nullptr) co_return unreachable("the name of the proxy is not found");
    co_return found;
}

Task<std::optional<Error>> Connector::connect_any(Endpoints endpoints) {
    AddressRace::Outcome outcome = co_await race_.run(std::move(endpoints), deadline_);
    connection_ = std::move(outcome.connection);
    if (connection_) co_return std::nullopt;
    if (steady_now() >= deadline_) co_return expired();
    const std::string why = describe(outcome.ec);
    if (target_.proxy != nullptr) co_return unreachable("no connection to the proxy: " + why);
    co_return unreachable(why);
}

/// What comes between TCP and HTTP: the tunnel through a proxy, TLS.
Task<std::optional<Error>> Connector::secure() {
    if (!target_.endpoint.tls) co_return std::nullopt;
    if (target_.tls == nullptr) co_return unreachable("TLS is not set up");
    connection_->expire_at(deadline_);
    std::optional<Error> failure;
    if (target_.proxy != nullptr) {
        failure = co_await open_tunnel(*connection_, target_.endpoint, *target_.proxy);
    }
    if (!failure) failure = co_await shake_hands();
    if (failure && connection_->timed_out()) co_return expired();
    co_return failure;
}

Task<std::optional<Error>> Connector::shake_hands() {
    const auto ec =
        co_await connection_->handshake(*target_.tls, target_.endpoint.host, target_.session);
    if (!ec) co_return std::nullopt;
    co_return unreachable(describe_tls_failure(ec, connection_->tls()));
}

void Connector::cancel() {
    look_up_limit_.cancel();
    race_.cancel();
    if (connection_) connection_->close();
}

Error Connector::expired() const {
    return unreachable("connecting timed out after " + std::to_string(timeout_.count()) + " ms");
}

}  // namespace llmr::net
