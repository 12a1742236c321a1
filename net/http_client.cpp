#include "net/http_client.hpp"

#include <utility>

#include "core/clock.hpp"
#include "net/client_exchange.hpp"
#include "net/connection_pool.hpp"
#include "net/connector.hpp"
#include "net/proxy.hpp"
#include "net/request_head.hpp"
#include "net/resolver.hpp"
#include "net/transport_error.hpp"

namespace llmr::net {
namespace {

SendResult succeeded(std::unique_ptr<HttpExchange> exchange) {
    SendResult result;
    result.exchange = std::move(exchange);
    return result;
}

SendResult failed(ClientFailure failure) {
    SendResult result;
    result.failure = std::move(failure);
    return result;
}

SendResult not_sent(Error error) {
    ClientFailure failure;
    failure.error = std::move(error);
    return failed(std::move(failure));
}

}  // namespace

class HttpClient::Impl {
public:
    Impl(Executor e, Endpoint ep, Resolver& r, asio::ssl::context* t, Options options)
        : executor(e),
          endpoint(std::move(ep)),
          resolver(r),
          tls(t),
          external(options.external),
          local_only(options.local_only),
          proxy(std::move(options.proxy)),
          pool(std::make_shared<ConnectionPool>(e, options.max_idle, options.idle_ttl)) {}

    /// `self` keeps the members alive while the request is under way.
    static Task<SendResult> send(std::shared_ptr<Impl> self, ClientRequest request,
                                 Cancellation* cancellation) {
        const LocalOnly rule = self->rule_for(request);
        if (rule != LocalOnly::no && (self->external || request.external || self->proxy)) {
            co_return not_sent(not_local(rule, "the upstream is external"));
        }
        const Result<std::string> head =
            build_request_head(self->endpoint, request, self->asks_proxy());
        if (!head) co_return not_sent(head.error());
        const bool cancelled = cancellation != nullptr && cancellation->cancelled();
        if (cancelled) co_return not_sent(cancelled_by_client());

        auto idle = self->pool->acquire(steady_now(), rule != LocalOnly::no);
        if (idle) {
            auto exchange = self->begin(std::move(idle), request, cancellation);
            auto failure = co_await exchange->perform(*head, request.body, is_head(request));
            if (!failure) co_return self->answered(std::move(exchange));
            // The peer had closed it and the news crossed the request: one try on a new one.
            if (!exchange->died_unanswered()) co_return failed(std::move(*failure));
        }
        auto fresh = co_await self->connect(request.timeouts.connect, rule, cancellation);
        if (!fresh) co_return not_sent(fresh.error());
        auto exchange = self->begin(std::move(*fresh), request, cancellation);
        auto failure = co_await exchange->perform(*head, request.body, is_head(request));
        if (failure) co_return failed(std::move(*failure));
        co_return self->answered(std::move(exchange));
    }

    Executor executor;
    Endpoint endpoint;
    Resolver& resolver;
    asio::ssl::context* tls;
    bool external;
    LocalOnly local_only;
    std::optional<ProxyServer> proxy;
    std::shared_ptr<ConnectionPool> pool;

private:
    static bool is_head(const ClientRequest& request) { return request.method == "HEAD"; }

    /// The proxy that requests are addressed to; null where they go through a tunnel, or to none.
    const ProxyServer* asks_proxy() const { return proxy && !endpoint.tls ? &*proxy : nullptr; }

    SendResult answered(std::unique_ptr<HttpExchange> exchange) const {
        const bool refused = asks_proxy() != nullptr && exchange->status() == 407;
        return refused ? not_sent(proxy_wants_credentials(*proxy)) : succeeded(std::move(exchange));
    }

    LocalOnly rule_for(const ClientRequest& request) const {
        return local_only != LocalOnly::no ? local_only : request.local_only;
    }

    std::unique_ptr<HttpExchange> begin(std::unique_ptr<Connection> connection,
                                        const ClientRequest& request, Cancellation* cancellation) {
        return std::make_unique<HttpExchange>(std::move(connection), pool, cancellation,
                                              request.timeouts);
    }

    Task<Result<std::unique_ptr<Connection>>> connect(std::chrono::milliseconds timeout,
                                                      LocalOnly rule, Cancellation* cancellation) {
        const Connector::Target target{endpoint, proxy ? &*proxy : nullptr, tls,
                                       pool->tls_session()};
        Connector connector(executor, target, resolver, cancellation);
        co_return co_await connector.run(timeout, rule);
    }
};

HttpClient::HttpClient(Executor executor, Endpoint endpoint, Resolver& resolver,
                       asio::ssl::context* tls, Options options)
    : impl_(std::make_shared<Impl>(executor, std::move(endpoint), resolver, tls,
                                   std::move(options))) {}

HttpClient::HttpClient(Executor executor, Endpoint endpoint, Resolver& resolver,
                       asio::ssl::context* tls)
    : HttpClient(executor, std::move(endpoint), resolver, tls, Options()) {}

HttpClient::~HttpClient() {
    shutdown();
}

Task<SendResult> HttpClient::send(ClientRequest request, Cancellation* cancellation) {
    return Impl::send(impl_, std::move(request), cancellation);
}

void HttpClient::shutdown() {
    impl_->pool->shut_down();
}

std::size_t HttpClient::idle_connections() const {
    return impl_->pool->size();
}

}  // namespace llmr::net
