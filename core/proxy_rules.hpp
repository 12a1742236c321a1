#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "core/proxy.hpp"

namespace llmr {

/// The proxy that stands between the router and `upstream`; nothing: none does. Never one for a
/// host of this machine or its network (is_private_host), whatever the settings say. An entry of
/// LLM_PROXY for the upstream comes first, then NO_PROXY, then LLM_PROXY for all, then HTTPS_PROXY
/// or HTTP_PROXY after the scheme of the upstream's URL. Pure.
std::optional<ProxyServer> proxy_for(const Config& config, const UpstreamConfig& upstream);

/// Whether NO_PROXY spares `host` (a name or an address without brackets). Entries are `*`, names
/// (with or without a leading dot or "*."; they cover what is below them), addresses and ranges
/// such as 203.0.113.0/24, each but a range optionally with :port. What is none of these spares
/// nothing.
bool bypasses_proxy(const std::vector<std::string>& rules, std::string_view host,
                    std::uint16_t port);

}  // namespace llmr
