#include "daemon/token_fetch.hpp"

#include <utility>

#include "core/clock.hpp"
#include "core/config_address.hpp"
#include "core/env_file.hpp"
#include "core/host_class.hpp"
#include "core/proxy_rules.hpp"
#include "daemon/privacy.hpp"
#include "daemon/worker.hpp"

namespace llmr::daemon {
namespace {

constexpr std::size_t kAnswerLimit = 1 << 20;
constexpr std::chrono::seconds kPatience(15);

/// The identity service in the place of the upstream, so that the same rules lead to it.
UpstreamConfig service_of(const UpstreamConfig& upstream, const std::string& base_url) {
    UpstreamConfig service;
    service.name = upstream.name;
    service.base_url = base_url;
    const auto url = config::parse_external_url(base_url);
    service.locality = url && is_private_host(url->host) ? Locality::local : Locality::external;
    return service;
}

net::HttpClient::Options options_for(const Config& config, const UpstreamConfig& service) {
    net::HttpClient::Options options;
    options.max_idle = 0;
    options.external = service.locality == Locality::external;
    options.local_only = local_only_of(config);
    options.proxy = proxy_for(config, service);
    return options;
}

net::ClientRequest http_request(const providers::TokenRequest& token, const Config& config) {
    net::ClientRequest request;
    request.method = token.method;
    request.path = token.path;
    request.body = token.body;
    request.headers = token.headers;
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("User-Agent", "llm-router");
    request.timeouts.connect = config.connect_timeout;
    request.timeouts.first_byte = kPatience;
    request.timeouts.idle = kPatience;
    return request;
}

Result<providers::TokenRequest> request_of(const TokenSource& source) {
    std::string contents;
    if (!source.file.empty()) {
        auto file = read_small_file(source.file);
        if (!file) return Error(Errc::upstream_auth, file.error().message);
        contents = std::move(*file);
    }
    return providers::token_request(source, contents, utc_ms() / 1000);
}

}  // namespace

net::Task<Result<providers::AccessToken>> fetch_token(Worker& worker, std::size_t upstream_index) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[upstream_index];
    auto token = request_of(upstream.token);
    if (!token) co_return token.error();
    auto endpoint = net::parse_base_url(token->base_url);
    if (!endpoint) co_return Error(Errc::upstream_auth, "the identity service has no usable URL");
    const UpstreamConfig service = service_of(upstream, token->base_url);
    net::HttpClient client(worker.executor(), std::move(*endpoint), worker.resolver(),
                           worker.services().tls.get(), options_for(*config, service));
    net::SendResult result = co_await client.send(http_request(*token, *config), nullptr);
    if (!result.exchange) {
        Error error = std::move(result.failure->error);
        error.message = "identity service: " + error.message;
        co_return error;
    }
    auto body = co_await result.exchange->read_all(kAnswerLimit);
    if (!body) co_return body.error();
    co_return providers::read_token(result.exchange->status(), *body, utc_ms() / 1000);
}

}  // namespace llmr::daemon
