#include "core/config_proxy.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "core/config_upstreams.hpp"
#include "core/text.hpp"

namespace llmr::config {
namespace {

constexpr const char* kExample = "http://proxy.example:3128";
constexpr std::string_view kOff = "off";

Fault fault(std::string wrong) {
    return {std::move(wrong), kExample};
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// RFC 7617: the first colon ends the user name, and control characters are not allowed.
Parsed<Secret> credentials_of(const boost::urls::url_view& url) {
    if (!url.has_userinfo()) return Secret();
    const std::string user = url.user();
    const std::string password = url.password();
    if (user.find(':') != user.npos) return fault("has a colon in the user name");
    const std::string both = user + ":" + password;
    if (std::any_of(both.begin(), both.end(), is_control)) {
        return fault("has a control character in the user name or the password");
    }
    return Secret(both);
}

/// The length of a leading "upstream=", without the "="; npos if there is none.
std::size_t name_length(std::string_view item) {
    const std::size_t equals = item.find('=');
    const std::string_view name = trim(item.substr(0, equals));
    constexpr std::string_view kNameChars = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    const bool is_name =
        !name.empty() && to_lower(name).find_first_not_of(kNameChars) == std::string::npos;
    return is_name ? equals : std::string_view::npos;
}

}  // namespace

Parsed<ProxyServer> parse_proxy_url(std::string_view text) {
    const bool has_scheme = text.find("://") != std::string_view::npos;
    const std::string whole = (has_scheme ? "" : "http://") + std::string(text);
    const auto url = boost::urls::parse_uri(whole);
    if (!url) return fault("is not the URL of a proxy");
    if (url->scheme_id() == boost::urls::scheme::https) {
        return fault("is a proxy that is itself reached over TLS, which is not supported");
    }
    if (url->scheme_id() != boost::urls::scheme::http) return fault("is not an HTTP proxy");
    const std::string_view path = url->encoded_path();
    if ((!path.empty() && path != "/") || url->has_query() || url->has_fragment()) {
        return fault("has more than host and port");
    }
    ProxyServer proxy;
    proxy.host = to_lower(std::string_view(url->encoded_host()));
    if (proxy.host.empty() || proxy.host.find('%') != std::string::npos) {
        return fault("has no usable host");
    }
    if (proxy.host.front() == '[') proxy.host = proxy.host.substr(1, proxy.host.size() - 2);
    const std::string port(std::string_view(url->port()));
    if (!port.empty()) {
        const Parsed<std::int64_t> number = parse_integer(port, 1, 65535);
        if (!number) return fault("has a port that " + number.error().wrong);
        proxy.port = static_cast<std::uint16_t>(*number);
    }
    Parsed<Secret> credentials = credentials_of(*url);
    if (!credentials) return credentials.error();
    proxy.credentials = std::move(*credentials);
    return proxy;
}

Parsed<std::map<std::string, std::optional<ProxyServer>>> parse_proxy_list(std::string_view text) {
    std::map<std::string, std::optional<ProxyServer>> by_upstream;
    for (const std::string& item : split_list(text)) {
        const std::size_t length = name_length(item);
        const bool named = length != std::string::npos;
        const std::string name =
            named ? to_lower(trim(std::string_view(item).substr(0, length))) : std::string();
        const std::string value(trim(named ? std::string_view(item).substr(length + 1) : item));
        std::optional<ProxyServer> proxy;
        if (!iequals(value, kOff)) {
            Parsed<ProxyServer> parsed = parse_proxy_url(value);
            if (!parsed) return parsed.error();
            proxy = std::move(*parsed);
        }
        if (!by_upstream.emplace(name, std::move(proxy)).second) {
            return fault(named ? "names " + name + " twice"
                               : "holds two proxies for all upstreams");
        }
    }
    if (by_upstream.empty()) return fault("names no proxy");
    return by_upstream;
}

std::vector<std::string> parse_bypass_list(std::string_view text) {
    std::string list(text);
    std::replace(list.begin(), list.end(), ' ', ',');
    return split_list(list);
}

std::string fingerprint(const std::optional<ProxyServer>& proxy) {
    if (!proxy) return std::string(kOff);
    const std::string id =
        proxy->credentials.empty() ? "" : key_id(sha256(proxy->credentials.reveal()));
    return fmt::format("{}:{} {}", proxy->host, proxy->port, id);
}

std::string fingerprint(const std::map<std::string, std::optional<ProxyServer>>& by_upstream) {
    std::string text;
    for (const auto& [name, proxy] : by_upstream)
        text += fmt::format("{}={},", name, fingerprint(proxy));
    return text;
}

void check_proxy_names(const Config& config, std::vector<std::string>& errors) {
    for (const auto& [name, proxy] : config.proxies.by_upstream)
        check_upstream_name("LLM_PROXY", name, config, errors);
}

}  // namespace llmr::config
