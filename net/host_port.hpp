#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmr::net {

/// `host[:port]` as in a Host header or an origin.
struct HostPort {
    std::string host;         ///< lower case, no brackets, no trailing dot
    bool is_address = false;  ///< a literal IPv4 or IPv6 address, in canonical form
    std::optional<std::uint16_t> port;
};

/// Strict: a dotted name of letters, digits, '-' and '_', an IPv4 address, or an IPv6 address in
/// brackets, then at most one port of 1 to 5 digits, and nothing else. User info, paths, fragments,
/// percent signs, zones and empty parts are refused: different parsers read different hosts from
/// them. An IPv4-mapped IPv6 address is given as IPv4.
std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace llmr::net
