#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/local_only.hpp"
#include "core/proxy.hpp"
#include "net/executor.hpp"

namespace boost::asio::ssl {
class context;
}

namespace llmr::net {

/// A parsed base URL.
struct Endpoint {
    bool tls = false;
    std::string host;  ///< without brackets
    std::uint16_t port = 80;
    std::string prefix;  ///< path before every request path, no trailing slash
    std::string host_header;
};
/// Errors: invalid_parameter (not http or https, no host, user info, query or fragment).
Result<Endpoint> parse_base_url(std::string_view url);

struct Timeouts {
    std::chrono::milliseconds connect{5000};  ///< DNS, TCP, proxy and TLS together
    std::chrono::milliseconds first_byte{600'000};
    std::chrono::milliseconds idle{300'000};  ///< between body bytes
};

struct ClientRequest {
    std::string_view method = "POST";
    std::string_view path;  ///< appended to Endpoint::prefix; may carry a query
    std::string_view body;  ///< sent with Content-Length; must outlive send()
    std::vector<std::pair<std::string, std::string>> headers;  ///< never contains Host or framing
    Timeouts timeouts;
    LocalOnly local_only = LocalOnly::no;  ///< see HttpClient
    bool external = false;  ///< answered elsewhere although the server is near: a cloud model
};

/// How far a failed request got; decides whether it may be tried elsewhere.
enum class FailurePoint : std::uint8_t {
    before_send,  ///< no byte reached the upstream: DNS, connect, TLS, the proxy's refusal
    uncertain     ///< the request was sent, at least in part, and no answer came
};
struct ClientFailure {
    /// upstream_unreachable, upstream_timeout, upstream_bad_response, client_cancelled,
    /// external_not_allowed, upstream_auth (of the proxy)
    Error error;
    FailurePoint point = FailurePoint::before_send;
};

/// Lets another coroutine of the same thread stop an exchange at any moment: the socket is closed
/// at once and the pending operation fails with client_cancelled.
class Cancellation {
public:
    void cancel();
    bool cancelled() const { return cancelled_; }
    /// For the client: what closes the operation in flight. Called at once if already cancelled.
    void arm(std::function<void()> close);
    void disarm() { close_ = nullptr; }

private:
    std::function<void()> close_;
    bool cancelled_ = false;
};

/// An answer whose head has arrived. Destroying it early closes the connection (and so tells the
/// upstream to stop); reading it to the end gives the connection back to the pool.
class ClientExchange {
public:
    virtual ~ClientExchange() = default;
    virtual int status() const = 0;
    virtual std::string_view header(std::string_view name) const = 0;  ///< empty if absent
    /// Appends whatever body bytes have arrived (at least one, at most 64 KiB); false at the end.
    /// Bytes are de-chunked. Errors: upstream_stream_cut, upstream_timeout (idle),
    /// upstream_bad_response, client_cancelled.
    virtual Task<Result<bool>> read_some(std::string& out) = 0;
    /// The whole rest of the body; upstream_bad_response above `limit` bytes.
    virtual Task<Result<std::string>> read_all(std::size_t limit) = 0;
};

struct SendResult {
    std::unique_ptr<ClientExchange> exchange;  ///< null on failure
    std::optional<ClientFailure> failure;
};

class Resolver;

/// HTTP/1.1 to one upstream from one I/O thread: keep-alive pool (idle at most 55 s, peeked at
/// before reuse), one free retry when a REUSED connection dies before any response byte,
/// TLS with SNI and host name check, redirects never followed, IPv6 and IPv4 addresses in a race
/// (net/address_race). With a proxy https goes through a tunnel, http as a request to the proxy;
/// what is behind a proxy counts as external. A local-only request, or any of a local-only client,
/// uses only connections whose peer's address is local (core/host_class), pooled ones included; to
/// an external upstream it opens none, and does not look its name up: external_not_allowed, nothing
/// sent. All calls from the thread of `executor`. Exchanges may outlive the client only until the
/// io_context stops.
class HttpClient {
public:
    struct Options {
        std::size_t max_idle = 64;
        std::chrono::seconds idle_ttl{55};
        bool external = false;                 ///< what it is configured as, wherever it is
        LocalOnly local_only = LocalOnly::no;  ///< holds for every request
        std::optional<ProxyServer> proxy;      ///< nothing: connections lead to the upstream
    };
    HttpClient(Executor executor, Endpoint endpoint, Resolver& resolver,
               boost::asio::ssl::context* tls, Options options);
    HttpClient(Executor executor, Endpoint endpoint, Resolver& resolver,
               boost::asio::ssl::context* tls);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sends and waits for the response head. `cancellation` must outlive the exchange.
    /// `cancellation` may be null.
    Task<SendResult> send(ClientRequest request, Cancellation* cancellation);

    /// Closes idle connections; later exchanges are not pooled.
    void shutdown();
    std::size_t idle_connections() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace llmr::net
