#include "net/proxy.hpp"

#include "core/text.hpp"

namespace llmr::net {

std::string proxy_authorization(const ProxyServer& proxy) {
    if (proxy.credentials.empty()) return {};
    return "Proxy-Authorization: Basic " + base64_encode(proxy.credentials.reveal()) + "\r\n";
}

Error proxy_wants_credentials(const ProxyServer& proxy) {
    return {Errc::upstream_auth,
            proxy.credentials.empty()
                ? "the proxy wants a user name and a password, and its URL has none"
                : "the proxy does not accept the user name and the password of its URL"};
}

}  // namespace llmr::net
