#pragma once

#include <string>
#include <string_view>

#include "daemon/reply.hpp"

namespace llmr::daemon {

/// Cross-origin requests of web pages. Whose origin is allowed says net/host_guard; what stands
/// here is told to an allowed one only, by name: never `*`, and no credentials.

/// The header lines, each with its line end, that let a page of `origin` read an answer. Empty for
/// an empty origin.
std::string cors_lines(std::string_view origin);

/// What a browser says before it sends a request of its page.
struct Preflight {
    std::string_view origin;             ///< empty: not a browser's
    std::string_view requested_headers;  ///< Access-Control-Request-Headers
    bool private_network = false;        ///< Access-Control-Request-Private-Network: true
};

/// 204 for OPTIONS; `allow` are the path's methods ("GET, HEAD"). The requested headers are allowed
/// if they are a list of at most 64 header names, else a fixed list is.
Reply preflight_reply(const Preflight& asked, std::string_view allow);

}  // namespace llmr::daemon
