#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config_value.hpp"
#include "core/proxy.hpp"

/// Proxies in variables.
namespace llmr::config {

/// http://[user:password@]host[:port]; the scheme may be missing. User and password are
/// percent-decoded. Faults never repeat the text: it may hold a password.
Parsed<ProxyServer> parse_proxy_url(std::string_view text);
/// LLM_PROXY: comma list of URL or "off", each optionally with "upstream=" in front.
Parsed<std::map<std::string, std::optional<ProxyServer>>> parse_proxy_list(std::string_view text);
/// NO_PROXY: commas or blanks between the entries.
std::vector<std::string> parse_bypass_list(std::string_view text);

/// "host:port", and a key id in place of the credentials: tells two apart, reveals nothing.
std::string fingerprint(const std::optional<ProxyServer>& proxy);
std::string fingerprint(const std::map<std::string, std::optional<ProxyServer>>& by_upstream);

/// An entry of LLM_PROXY for an upstream that does not exist would be one that nobody has.
void check_proxy_names(const Config& config, std::vector<std::string>& errors);

}  // namespace llmr::config
