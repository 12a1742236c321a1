#include "core/proxy_rules.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

#include "core/config_address.hpp"
#include "core/host_class.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

/// IPv4 as IPv4-mapped IPv6, so that there is one kind.
using Ip = std::array<std::uint8_t, 16>;
constexpr unsigned kMappedBits = 96;

std::optional<Ip> parse_ip(const std::string& text) {
    Ip ip{};
    if (inet_pton(AF_INET6, text.c_str(), ip.data()) == 1) return ip;
    if (inet_pton(AF_INET, text.c_str(), ip.data() + 12) != 1) return std::nullopt;
    ip[10] = ip[11] = 0xff;
    return ip;
}

std::optional<unsigned> parse_number(std::string_view digits, unsigned highest) {
    unsigned value = 0;
    const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (ec != std::errc() || stop != digits.data() + digits.size() || value > highest)
        return std::nullopt;
    return value;
}

bool same_bits(const Ip& a, const Ip& b, unsigned bits) {
    for (unsigned i = 0; i < bits; ++i) {
        const std::uint8_t mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
        if (((a[i / 8] ^ b[i / 8]) & mask) != 0) return false;
    }
    return true;
}

bool in_range(const Ip& host, std::string_view rule) {
    const std::size_t slash = rule.find('/');
    const std::string network(rule.substr(0, slash));
    const auto base = parse_ip(network);
    const unsigned offset = network.find(':') == network.npos ? kMappedBits : 0;
    const auto bits = parse_number(rule.substr(slash + 1), 128 - offset);
    return base && bits && same_bits(host, *base, offset + *bits);
}

/// Takes ":port" and the brackets of IPv6 off `rule`; false if it is for another port.
bool take_port(std::string& rule, std::uint16_t port) {
    const bool bracketed = rule.starts_with('[');
    const std::size_t colon = bracketed ? rule.find("]:") : rule.find(':');
    const bool address = !bracketed && colon != rule.rfind(':');  // IPv6 as it is
    if (colon != rule.npos && !address) {
        const auto wanted =
            parse_number(std::string_view(rule).substr(colon + (bracketed ? 2 : 1)), 65535);
        if (wanted != port) return false;
        rule.resize(colon + (bracketed ? 1 : 0));
    }
    if (bracketed && rule.ends_with(']')) rule = rule.substr(1, rule.size() - 2);
    return true;
}

bool covers(std::string rule, const std::string& host, const std::optional<Ip>& ip,
            std::uint16_t port) {
    if (rule == "*") return true;
    if (rule.find('/') != rule.npos) return ip && in_range(*ip, rule);
    if (!take_port(rule, port)) return false;
    if (ip) return parse_ip(rule) == ip;
    if (rule.starts_with('*')) rule.erase(0, 1);
    if (rule.starts_with('.')) rule.erase(0, 1);
    if (rule.ends_with('.')) rule.pop_back();
    return !rule.empty() && (host == rule || host.ends_with("." + rule));
}

}  // namespace

bool bypasses_proxy(const std::vector<std::string>& rules, std::string_view host,
                    std::uint16_t port) {
    std::string name = to_lower(host);
    if (name.ends_with('.')) name.pop_back();
    const std::optional<Ip> ip = parse_ip(name);
    return std::any_of(rules.begin(), rules.end(), [&](const std::string& rule) {
        return covers(to_lower(rule), name, ip, port);
    });
}

std::optional<ProxyServer> proxy_for(const Config& config, const UpstreamConfig& upstream) {
    const config::Parsed<config::BaseUrl> url = config::parse_external_url(upstream.base_url);
    if (!url || is_private_host(url->host)) return std::nullopt;
    const ProxyConfig& proxies = config.proxies;
    const auto own = proxies.by_upstream.find(upstream.name);
    if (own != proxies.by_upstream.end()) return own->second;
    const auto port = parse_number(url->effective_port(), 65535);
    if (bypasses_proxy(proxies.bypass, url->host, static_cast<std::uint16_t>(port.value_or(0)))) {
        return std::nullopt;
    }
    const auto all = proxies.by_upstream.find("");
    if (all != proxies.by_upstream.end()) return all->second;
    return url->scheme == "https" ? proxies.https : proxies.http;
}

}  // namespace llmr
