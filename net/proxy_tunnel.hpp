#pragma once

#include <optional>

#include "core/error.hpp"
#include "net/connection.hpp"
#include "net/http_client.hpp"
#include "net/proxy.hpp"

namespace llmr::net {

/// Has the proxy at the other end of `connection` open a tunnel to `to`; afterwards the connection
/// is as if it led there. The caller sets the deadline; all referred to must outlive the task.
/// Errors: upstream_auth (407), upstream_unreachable. No text of the proxy's is repeated.
Task<std::optional<Error>> open_tunnel(Connection& connection, const Endpoint& to,
                                       const ProxyServer& proxy);

}  // namespace llmr::net
