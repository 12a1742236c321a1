#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/secret.hpp"

namespace llmr {

/// An HTTP proxy, spoken to without TLS.
struct ProxyServer {
    std::string host;  ///< lower case, without brackets
    std::uint16_t port = 80;
    Secret credentials;  ///< "user:password"; empty: none
    bool operator==(const ProxyServer&) const = default;
};

/// What the operator said about proxies; proxy_for (core/proxy_rules) makes a choice of it.
struct ProxyConfig {
    /// LLM_PROXY by name of the upstream; "": all that are not named. No server: no proxy.
    std::map<std::string, std::optional<ProxyServer>> by_upstream;
    std::optional<ProxyServer> https;  ///< HTTPS_PROXY
    std::optional<ProxyServer> http;   ///< HTTP_PROXY
    std::vector<std::string> bypass;   ///< NO_PROXY, as written
    bool operator==(const ProxyConfig&) const = default;
};

}  // namespace llmr
