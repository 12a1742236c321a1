#include "daemon/credentials.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "daemon/worker.hpp"

namespace llmr::daemon {
namespace {

/// A key that is refused stays so until somebody acts; meanwhile the others serve.
constexpr std::chrono::seconds kRefusedKeyRests(300);

bool has_header(const UpstreamConfig& upstream, std::string_view name) {
    return std::any_of(upstream.headers.begin(), upstream.headers.end(),
                       [name](const ExtraHeader& header) { return iequals(header.name, name); });
}

}  // namespace

net::Task<Result<Credential>> Credentials::choose(Worker& worker, std::size_t upstream_index) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[upstream_index];
    Credential credential;
    if (upstream.token.kind == TokenKind::fixed) {
        credential.token = true;
        credential.value = upstream.token.secret;
    } else if (upstream.token.kind != TokenKind::none) {
        auto token = co_await tokens_.get(worker, upstream_index);
        if (!token) co_return token.error();
        credential.token = true;
        credential.value = std::move(*token);
    } else if (!upstream.api_keys.empty()) {
        credential.key = keys_.choose(upstream.api_keys.size(), steady_now());
        credential.value = upstream.api_keys[credential.key];
    }
    co_return credential;
}

bool Credentials::refused(const Credential& credential, const UpstreamConfig& upstream) {
    if (credential.token)
        return upstream.token.kind != TokenKind::fixed && tokens_.reject(credential.value);
    return limited(credential, upstream, kRefusedKeyRests);
}

bool Credentials::limited(const Credential& credential, const UpstreamConfig& upstream,
                          std::chrono::seconds time) {
    if (credential.token || upstream.api_keys.size() < 2) return false;
    const SteadyTime now = steady_now();
    keys_.rest(credential.key, time, now);
    return keys_.any_free(upstream.api_keys.size(), now);
}

void add_credential(const UpstreamConfig& upstream, const Credential& credential,
                    net::ClientRequest& request) {
    const AuthScheme scheme = credential.token ? AuthScheme::bearer : provider_of(upstream).auth;
    const bool bearer = scheme == AuthScheme::bearer;
    const std::string_view name = bearer ? "Authorization" : to_string(scheme);
    if (!credential.value.empty() && !has_header(upstream, name)) {
        const std::string prefix = bearer ? "Bearer " : "";
        request.headers.emplace_back(name, prefix + credential.value.reveal());
    }
    for (const ExtraHeader& header : upstream.headers)
        request.headers.emplace_back(header.name, header.value.reveal());
}

void hide_credential(const Credential& credential, Error& error) {
    const std::string& secret = credential.value.reveal();
    if (secret.empty()) return;
    std::string& text = error.message;
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;)
        text.replace(at, secret.size(), "***");
}

}  // namespace llmr::daemon
