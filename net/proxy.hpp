#pragma once

#include <string>

#include "core/error.hpp"
#include "core/proxy.hpp"

namespace llmr::net {

/// "Proxy-Authorization: Basic ...\r\n"; empty if the proxy has no credentials.
std::string proxy_authorization(const ProxyServer& proxy);

/// What status 407 means: upstream_auth, without the credentials.
Error proxy_wants_credentials(const ProxyServer& proxy);

}  // namespace llmr::net
