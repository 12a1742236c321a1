#pragma once

#include <string>

#include "core/error.hpp"
#include "core/proxy.hpp"
#include "net/http_client.hpp"

namespace llmr::net {

/// Writes the head of `request` for `endpoint`, with the empty line at its end: Host, then
/// Content-Length where there is a body or the method usually has one, then the caller's fields.
/// Error: internal, naming the field but never its value, if a name or value could end the field
/// early (CR, LF, NUL, other control characters), or the caller sets Host or framing itself.
///
/// With `proxy` (may be null) it is the head for a proxy that passes requests on in the clear: with
/// the whole URL, and the proxy's credentials.
Result<std::string> build_request_head(const Endpoint& endpoint, const ClientRequest& request,
                                       const ProxyServer* proxy = nullptr);

}  // namespace llmr::net
