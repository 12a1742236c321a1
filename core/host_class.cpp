#include "core/host_class.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>

#include "core/text.hpp"

namespace llmr {
namespace {

struct Ipv4Range {
    std::uint32_t network;
    int prefix_bits;
};

constexpr std::array kPrivateIpv4{
    Ipv4Range{0x0A000000, 8},   // 10.0.0.0, RFC 1918
    Ipv4Range{0xAC100000, 12},  // 172.16.0.0, RFC 1918
    Ipv4Range{0xC0A80000, 16},  // 192.168.0.0, RFC 1918
    Ipv4Range{0x7F000000, 8},   // 127.0.0.0, loopback
    Ipv4Range{0xA9FE0000, 16},  // 169.254.0.0, link-local
    Ipv4Range{0x64400000, 10},  // 100.64.0.0, RFC 6598: carrier NAT and overlay networks
};

constexpr std::array<std::string_view, 5> kPrivateSuffixes{".localhost", ".local", ".internal",
                                                           ".lan", ".home.arpa"};

using Ipv6Bytes = std::array<std::uint8_t, 16>;

bool in_range(std::uint32_t address, const Ipv4Range& range) {
    return ((address ^ range.network) >> (32 - range.prefix_bits)) == 0;
}

bool is_loopback_ipv4(std::uint32_t address) {
    return address >> 24 == 127;
}

bool is_private_ipv4(std::uint32_t address) {
    return std::any_of(kPrivateIpv4.begin(), kPrivateIpv4.end(),
                       [address](const Ipv4Range& range) { return in_range(address, range); });
}

std::optional<std::uint32_t> parse_ipv4(const std::string& host) {
    in_addr address{};
    if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
    return ntohl(address.s_addr);
}

std::optional<Ipv6Bytes> parse_ipv6(const std::string& host) {
    Ipv6Bytes bytes{};
    const std::string without_zone = host.substr(0, host.find('%'));
    if (inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
}

std::optional<std::uint32_t> mapped_ipv4(const Ipv6Bytes& bytes) {
    const bool zeros =
        std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
    if (!zeros || bytes[10] != 0xFF || bytes[11] != 0xFF) return std::nullopt;
    return std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 |
           std::uint32_t{bytes[14]} << 8 | std::uint32_t{bytes[15]};
}

bool is_loopback_ipv6(const Ipv6Bytes& bytes) {
    return bytes[15] == 1 &&
           std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool is_private_ipv6(const Ipv6Bytes& bytes) {
    const bool unique_local = (bytes[0] & 0xFE) == 0xFC;
    const bool link_local = bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
    return unique_local || link_local || is_loopback_ipv6(bytes);
}

/// Lower case, without the brackets of a URL.
std::string bare(std::string_view host) {
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return to_lower(host);
}

bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > 253 || name.front() == '.') return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
}

/// getaddrinfo takes "134744072" and "0x8080808" for 8.8.8.8: such a label is no name.
bool is_numeric_label(std::string_view label) {
    if (label.starts_with("0x")) return true;
    return std::all_of(label.begin(), label.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_localhost_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return is_host_name(name) && (name == "localhost" || name.ends_with(".localhost"));
}

bool is_private_name(std::string_view name) {
    if (is_localhost_name(name)) return true;
    const bool absolute = name.ends_with('.');
    if (absolute) name.remove_suffix(1);
    if (!is_host_name(name)) return false;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return !absolute && !is_numeric_label(name);
    return std::any_of(kPrivateSuffixes.begin(), kPrivateSuffixes.end(),
                       [name](std::string_view suffix) { return name.ends_with(suffix); });
}

}  // namespace

bool is_private_host(std::string_view host) {
    const std::string name = bare(host);
    if (const auto v4 = parse_ipv4(name)) return is_private_ipv4(*v4);
    if (const auto v6 = parse_ipv6(name)) {
        if (const auto mapped = mapped_ipv4(*v6)) return is_private_ipv4(*mapped);
        return is_private_ipv6(*v6);
    }
    return is_private_name(name);
}

bool is_loopback_host(std::string_view host) {
    const std::string name = bare(host);
    if (const auto v4 = parse_ipv4(name)) return is_loopback_ipv4(*v4);
    if (const auto v6 = parse_ipv6(name)) {
        if (const auto mapped = mapped_ipv4(*v6)) return is_loopback_ipv4(*mapped);
        return is_loopback_ipv6(*v6);
    }
    return is_localhost_name(name);
}

}  // namespace llmr
