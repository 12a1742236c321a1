#include "core/config_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "core/host_class.hpp"
#include "core/text.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kOllamaPort = "11434";

bool is_ip(const std::string& host) {
    std::array<unsigned char, 16> buffer{};
    return inet_pton(AF_INET, host.c_str(), buffer.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), buffer.data()) == 1;
}

/// The addresses a host of a listen entry stands for; none if it is not understood.
std::vector<std::string> listen_hosts(const std::string& host) {
    if (host.empty() || host == "*") return {"0.0.0.0", "::"};
    if (iequals(host, "localhost")) return {"127.0.0.1", "::1"};
    if (is_ip(host)) return {host};
    return {};
}

struct HostPort {
    std::string host;
    std::string port;
};

/// Splits one listen entry. A lone port means loopback.
Parsed<HostPort> split_listen(const std::string& item) {
    if (item.find_first_not_of("0123456789") == std::string::npos) {
        return HostPort{"localhost", item};
    }
    if (item.front() == '[') {
        const std::size_t close = item.find("]:");
        if (close == std::string::npos) {
            return Fault{fmt::format("has no port in \"{}\"", item),
                         item + (item.ends_with(']') ? ":11435" : "]:11435")};
        }
        return HostPort{item.substr(1, close - 1), item.substr(close + 2)};
    }
    const std::size_t colon = item.rfind(':');
    if (colon == std::string::npos) {
        return Fault{fmt::format("has no port in \"{}\"", item), item + ":11435"};
    }
    if (item.find(':') != colon) {
        return Fault{fmt::format("has an IPv6 address without brackets in \"{}\"", item),
                     fmt::format("[{}]:11435", item)};
    }
    return HostPort{item.substr(0, colon), item.substr(colon + 1)};
}

Parsed<std::vector<ListenAddress>> parse_listen_item(const std::string& item) {
    const Parsed<HostPort> parts = split_listen(item);
    if (!parts) return parts.error();
    const Parsed<std::int64_t> port = parse_integer(parts->port, 0, 65535);
    if (!port) {
        return Fault{fmt::format("has the port \"{}\", which {}", parts->port, port.error().wrong),
                     "port " + port.error().nearest};
    }
    const std::vector<std::string> hosts = listen_hosts(parts->host);
    if (hosts.empty()) {
        return Fault{fmt::format("has \"{}\", which is no IP address", parts->host),
                     "127.0.0.1:" + parts->port};
    }
    std::vector<ListenAddress> addresses;
    for (const std::string& host : hosts) {
        addresses.push_back({host, static_cast<std::uint16_t>(*port)});
    }
    return addresses;
}

/// Drops the user information of a URL: what is left can be shown.
std::string without_user(std::string_view url) {
    const std::size_t scheme_end = url.find("://");
    const std::size_t start = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
    const std::size_t at = url.rfind('@');
    if (at == std::string_view::npos || at < start) return std::string(url);
    return std::string(url.substr(0, start)) + std::string(url.substr(at + 1));
}

std::string without_query(std::string_view url) {
    return std::string(url.substr(0, url.find_first_of("?#")));
}

/// Everything but what is special to one kind of upstream. `text` has a scheme.
Parsed<BaseUrl> parse_url(std::string_view text, std::string_view example) {
    if (text.find('@') != std::string_view::npos) {
        return Fault{"holds a user name or password; a key belongs into its own variable",
                     without_user(text)};
    }
    const auto url = boost::urls::parse_uri(text);
    if (!url) return Fault{"is not a URL", std::string(example)};
    const std::string scheme = to_lower(std::string_view(url->scheme()));
    if (scheme != "http" && scheme != "https") {
        return Fault{"is neither http nor https",
                     "http" + std::string(text.substr(text.find("://")))};
    }
    const std::string_view encoded_host = url->encoded_host();
    if (encoded_host.empty() || encoded_host.find('%') != std::string_view::npos) {
        return Fault{"has no usable host", std::string(example)};
    }
    if (url->has_query() || url->has_fragment()) {
        return Fault{"has a query or a fragment", without_query(text)};
    }
    BaseUrl result;
    result.scheme = scheme;
    result.host = to_lower(encoded_host);
    if (result.host.front() == '[') result.host = result.host.substr(1, result.host.size() - 2);
    result.port = std::string(std::string_view(url->port()));
    if (!result.port.empty()) {
        const Parsed<std::int64_t> port = parse_integer(result.port, 1, 65535);
        if (!port) {
            return Fault{fmt::format("has a port that {}", port.error().wrong),
                         "port " + port.error().nearest};
        }
    }
    result.path = std::string(std::string_view(url->encoded_path()));
    while (result.path.ends_with('/'))
        result.path.pop_back();
    return result;
}

bool remove_suffix(std::string& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.resize(text.size() - suffix.size());
    return true;
}

bool has_scheme(std::string_view text) {
    return text.find("://") != std::string_view::npos;
}

}  // namespace

Parsed<std::vector<ListenAddress>> parse_listen(std::string_view text) {
    std::vector<ListenAddress> all;
    for (const std::string& item : split_list(text)) {
        const Parsed<std::vector<ListenAddress>> addresses = parse_listen_item(item);
        if (!addresses) return addresses.error();
        for (const ListenAddress& address : *addresses) {
            const bool known = std::find(all.begin(), all.end(), address) != all.end();
            if (!known || address.port == 0) all.push_back(address);
        }
    }
    if (all.empty()) return Fault{"names no address", "127.0.0.1:11435"};
    return all;
}

std::string format_listen(const ListenAddress& address) {
    const bool v6 = address.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", address.port);
}

std::string BaseUrl::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}{}{}{}", scheme, v6 ? "[" : "", host, v6 ? "]" : "",
                       port.empty() ? "" : ":", port, path);
}

std::string BaseUrl::effective_port() const {
    if (!port.empty()) return port;
    return scheme == "https" ? "443" : "80";
}

Parsed<BaseUrl> parse_ollama_url(std::string_view text) {
    const std::string with_scheme = (has_scheme(text) ? "" : "http://") + std::string(text);
    Parsed<BaseUrl> url = parse_url(with_scheme, "http://127.0.0.1:11434");
    if (!url) return url;
    // Ollama has no TLS of its own: behind https is a proxy, on the port of https.
    if (url->port.empty() && url->scheme == "http") url->port = kOllamaPort;
    if (!remove_suffix(url->path, "/v1")) remove_suffix(url->path, "/api");
    while (url->path.ends_with('/'))
        url->path.pop_back();
    if (url->host == "0.0.0.0") url->host = "127.0.0.1";
    if (url->host == "::") url->host = "::1";
    return url;
}

Parsed<BaseUrl> parse_external_url(std::string_view text) {
    if (!has_scheme(text)) {
        const std::string rest = without_user(text);
        const std::size_t end =
            rest.find_first_of(":/", rest.starts_with('[') ? rest.find(']') : 0);
        const bool nearby = is_private_host(std::string_view(rest).substr(0, end));
        return Fault{"has no scheme", (nearby ? "http://" : "https://") + rest};
    }
    Parsed<BaseUrl> url = parse_url(text, "https://api.openai.com/v1");
    if (!url) return url;
    for (const std::string_view endpoint : {"/chat/completions", "/completions", "/embeddings"}) {
        if (remove_suffix(url->path, endpoint)) {
            return Fault{fmt::format("ends with {}, which is appended to it", endpoint),
                         url->text()};
        }
    }
    return url;
}

Parsed<std::vector<std::string>> parse_host_list(std::string_view text) {
    std::vector<std::string> hosts;
    for (const std::string& item : split_list(text)) {
        const bool bracketed = item.front() == '[' && item.back() == ']';
        const std::string host = to_lower(bracketed ? item.substr(1, item.size() - 2) : item);
        const bool name =
            host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string::npos;
        if (!name && !is_ip(host)) {
            const std::size_t start = has_scheme(host) ? host.find("://") + 3 : 0;
            const std::size_t end = host.find_first_of(":/", start);
            return Fault{fmt::format("has \"{}\", which is no host name", without_user(item)),
                         host.substr(start, end - start)};
        }
        hosts.push_back(host);
    }
    return hosts;
}

Parsed<std::vector<std::string>> parse_origin_list(std::string_view text) {
    std::vector<std::string> origins;
    for (const std::string& item : split_list(text)) {
        std::string origin = to_lower(item);
        while (origin.ends_with('/') && !origin.ends_with("://"))
            origin.pop_back();
        const std::size_t scheme_end = origin.find("://");
        const bool complete = scheme_end != std::string::npos && scheme_end > 0;
        if (!complete) {
            return Fault{fmt::format("has \"{}\", which is no origin", without_user(item)),
                         "https://" + without_user(origin)};
        }
        const std::size_t path = origin.find('/', scheme_end + 3);
        if (path != std::string::npos) {
            return Fault{fmt::format("has a path in \"{}\"", without_user(item)),
                         without_user(origin.substr(0, path))};
        }
        origins.push_back(origin);
    }
    return origins;
}

}  // namespace llmr::config
