#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config_value.hpp"

/// Addresses in variables: what to listen on, where upstreams are, who may call.
namespace llmr::config {

/// Comma list of host:port, [v6]:port, :port (every address) and port (loopback). Hosts are IP
/// addresses, "localhost" or "*"; nothing is resolved.
Parsed<std::vector<ListenAddress>> parse_listen(std::string_view text);
/// "127.0.0.1:11435" or "[::1]:11435".
std::string format_listen(const ListenAddress& address);

/// An upstream's base URL in parts.
struct BaseUrl {
    std::string scheme;  ///< http or https
    std::string host;    ///< lower case, without brackets
    std::string port;    ///< digits; empty: the scheme's own
    std::string path;    ///< empty or "/prefix", no trailing slash

    std::string text() const;
    /// The port in use, with the scheme's own where none is written.
    std::string effective_port() const;
    bool operator==(const BaseUrl&) const = default;
};

/// Scheme may be missing (http); the port of http is 11434 unless given; a trailing slash and a
/// trailing /v1 or /api are dropped; 0.0.0.0 and :: become loopback, which is what they reach.
Parsed<BaseUrl> parse_ollama_url(std::string_view text);
/// Used as given but for a trailing slash: nothing is appended, no port is added.
Parsed<BaseUrl> parse_external_url(std::string_view text);

/// Host names as they appear in a Host header, without port.
Parsed<std::vector<std::string>> parse_host_list(std::string_view text);
/// Origins: scheme://host[:port].
Parsed<std::vector<std::string>> parse_origin_list(std::string_view text);

}  // namespace llmr::config
