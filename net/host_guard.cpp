#include <algorithm>
#include <array>
#include <iterator>

#include <boost/asio/ip/host_name.hpp>

#include "core/text.hpp"
#include "net/guard.hpp"
#include "net/host_port.hpp"

namespace llmr::net {
namespace {

namespace http = beast::http;
using Head = http::request_header<>;

constexpr std::array<std::string_view, 3> kLocalSuffixes{".localhost", ".local", ".internal"};
/// Pages that come with an installed application instead of from a web server.
constexpr std::array<std::string_view, 5> kAppSchemes{"app://", "file://", "tauri://",
                                                      "vscode-webview://", "vscode-file://"};

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

/// The machine's name does not change under a running process; empty if it has none.
const std::string& machine_name() {
    static const std::string name = [] {
        boost::system::error_code ec;
        const std::string own = boost::asio::ip::host_name(ec);
        return ec ? std::string() : to_lower(own);
    }();
    return name;
}

bool is_local_name(const std::string& name) {
    if (name == "localhost") return true;
    if (!machine_name().empty() && name == machine_name()) return true;
    return std::any_of(kLocalSuffixes.begin(), kLocalSuffixes.end(),
                       [&](std::string_view suffix) { return name.ends_with(suffix); });
}

bool is_trusted(const HostPort& host) {
    return host.is_address ? is_private_host(host.host) : is_local_name(host.host);
}

/// "Any address of this machine": what a client gets from OLLAMA_HOST=0.0.0.0. A page cannot be
/// served under it, so it is no way in for DNS rebinding.
bool is_unspecified(const HostPort& host) {
    return host.is_address && (host.host == "0.0.0.0" || host.host == "::");
}

/// `pattern` may hold one '*', for any text without a '/'.
bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return iequals(pattern, text);
    const std::string_view head = pattern.substr(0, star);
    const std::string_view tail = pattern.substr(star + 1);
    if (text.size() < head.size() + tail.size()) return false;
    const std::string_view middle =
        text.substr(head.size(), text.size() - head.size() - tail.size());
    return iequals(text.substr(0, head.size()), head) &&
           iequals(text.substr(text.size() - tail.size()), tail) && middle.find('/') == middle.npos;
}

bool is_listed(const std::vector<std::string>& patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [text](const std::string& pattern) { return matches(pattern, text); });
}

bool host_allowed(std::string_view text, const std::vector<std::string>& allowed) {
    const auto host = parse_host_port(text);
    if (!host) return false;
    return is_trusted(*host) || is_unspecified(*host) || is_listed(allowed, host->host) ||
           is_listed(allowed, text);
}

bool origin_allowed(std::string_view origin, const std::vector<std::string>& allowed) {
    if (is_listed(allowed, origin) || is_listed(allowed, "*")) return true;
    const std::string lower = to_lower(origin);
    const bool app =
        std::any_of(kAppSchemes.begin(), kAppSchemes.end(),
                    [&](std::string_view scheme) { return lower.starts_with(scheme); });
    if (app) return true;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!lower.starts_with(scheme)) continue;
        const auto host = parse_host_port(std::string_view(lower).substr(scheme.size()));
        return host && is_trusted(*host);
    }
    return false;
}

}  // namespace

std::optional<Error> check_host_and_origin(const Head& head,
                                           const std::vector<std::string>& allowed_hosts,
                                           const std::vector<std::string>& allowed_origins) {
    const auto hosts = head.equal_range(http::field::host);
    const bool hosts_ok = std::all_of(hosts.first, hosts.second, [&](const auto& field) {
        return host_allowed(view(field.value()), allowed_hosts);
    });
    if (!hosts_ok || (hosts.first == hosts.second && head.version() != 10)) {
        return Error(Errc::forbidden_host,
                     "this Host is not allowed; LLM_ROUTER_ALLOWED_HOSTS adds names");
    }
    const auto origins = head.equal_range(http::field::origin);
    const bool origins_ok = std::all_of(origins.first, origins.second, [&](const auto& field) {
        return origin_allowed(view(field.value()), allowed_origins);
    });
    if (!origins_ok) {
        return Error(Errc::forbidden_origin,
                     "this Origin is not allowed; LLM_ROUTER_ALLOWED_ORIGINS adds origins");
    }
    return std::nullopt;
}

}  // namespace llmr::net
