#include "net/connector.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "net/local_address.hpp"
#include "net/tls_session.hpp"
#include "net/transport_error.hpp"

namespace llmr::net {
namespace {

/// How long one of several addresses may stay silent (RFC 8305 starts the next after 250 ms).
SteadyTime give_up_at(SteadyTime now, SteadyTime deadline, std::size_t addresses_left) {
    using namespace std::chrono_literals;
    if (addresses_left <= 1) return deadline;
    const auto share = (deadline - now) / static_cast<int>(addresses_left);
    return std::min(deadline, now + std::clamp<SteadyTime::duration>(share, 250ms, 1s));
}

}  // namespace

Connector::Connector(Executor executor, const Endpoint& endpoint, Resolver& resolver,
                     asio::ssl::context* tls, SSL_SESSION* session, Cancellation* cancellation)
    : executor_(executor),
      endpoint_(endpoint),
      resolver_(resolver),
      tls_(tls),
      session_(session),
      cancellation_(cancellation),
      look_up_limit_(executor) {}

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
    if (!failure && endpoint_.tls) failure = co_await shake_hands();
    if (cancelled()) co_return cancelled_by_client();
    if (!failure && connection_->timed_out()) failure = expired();
    if (failure) co_return std::move(*failure);
    connection_->expire_at(SteadyTime::max());
    co_return std::move(connection_);
}

Task<Result<Connector::Endpoints>> Connector::look_up() {
    look_up_limit_.expires_at(deadline_);
    Result<Endpoints> found =
        co_await resolver_.resolve(endpoint_.host, endpoint_.port, look_up_limit_);
    if (cancelled()) co_return cancelled_by_client();
    if (!found && steady_now() >= deadline_) co_return expired();
    co_return found;
}

Task<std::optional<Error>> Connector::connect_any(Endpoints endpoints) {
    std::optional<Error> failure = unreachable("name not found");
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        connection_ = std::make_unique<Connection>(executor_);
        const SteadyTime now = steady_now();
        connection_->expire_at(give_up_at(now, deadline_, endpoints.size() - i));
        const auto ec = co_await connection_->connect(endpoints[i]);
        if (!ec) co_return std::nullopt;
        if (cancelled()) co_return cancelled_by_client();
        if (steady_now() >= deadline_) co_return expired();
        if (connection_->timed_out()) {
            failure = unreachable("no reply to the connection attempt");
        } else {
            failure = unreachable(ec);
        }
    }
    co_return failure;
}

Task<std::optional<Error>> Connector::shake_hands() {
    if (tls_ == nullptr) co_return unreachable("TLS is not set up");
    connection_->expire_at(deadline_);
    const auto ec = co_await connection_->handshake(*tls_, endpoint_.host, session_);
    if (!ec) co_return std::nullopt;
    if (connection_->timed_out()) co_return expired();
    co_return unreachable(describe_tls_failure(ec, connection_->tls()));
}

void Connector::cancel() {
    look_up_limit_.cancel();
    if (connection_) connection_->close();
}

Error Connector::expired() const {
    return unreachable("connecting timed out after " + std::to_string(timeout_.count()) + " ms");
}

}  // namespace llmr::net
