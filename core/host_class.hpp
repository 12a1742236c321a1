#pragma once

#include <string_view>

namespace llmr {

/// True if traffic to `host` stays on this machine or its own network: loopback, private (RFC 1918,
/// RFC 4193), shared address space 100.64.0.0/10 (Tailscale and the like), link-local, or a name
/// that can only be one of those (localhost, *.local, *.internal, *.lan, *.home.arpa, a single
/// label such as a Docker service). IPv6 with or without brackets; IPv4-mapped addresses count as
/// the IPv4 address. No DNS: a public name that resolves to a private address is not private.
bool is_private_host(std::string_view host);

/// True for 127.0.0.0/8, ::1, localhost and *.localhost. The unspecified addresses (0.0.0.0, ::)
/// are neither loopback nor private: listening on them means listening on every address.
bool is_loopback_host(std::string_view host);

}  // namespace llmr
