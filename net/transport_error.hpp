#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "core/error.hpp"
#include "core/local_only.hpp"

/// Transport codes become errors of the program where they occur. No text names a host or URL.
namespace llmr::net {

/// "connection refused", "name not found", ...; else the system's text.
std::string describe(const boost::system::error_code& ec);
/// The other side has closed or reset the connection (with TLS also without saying so).
bool is_closed_by_peer(const boost::system::error_code& ec);

/// upstream_unreachable, "cannot reach the upstream: <why>".
Error unreachable(std::string_view why);
Error unreachable(const boost::system::error_code& ec);
/// upstream_timeout, "the upstream <what> within N ms".
Error timed_out(std::string_view what, std::chrono::milliseconds after);
Error cancelled_by_client();
/// external_not_allowed: "<why>, which LLM_PRIVACY=local-only rules out".
Error not_local(LocalOnly rule, std::string_view why);

}  // namespace llmr::net
