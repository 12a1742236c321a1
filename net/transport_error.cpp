#include "net/transport_error.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

namespace llmr::net {

namespace error = boost::asio::error;

std::string describe(const boost::system::error_code& ec) {
    if (ec == error::connection_refused) return "connection refused";
    if (ec == error::host_not_found || ec == error::no_data) return "name not found";
    if (ec == error::host_not_found_try_again) return "name look-up failed, try again later";
    if (ec == error::no_recovery) return "name look-up failed";
    if (ec == error::network_unreachable) return "network unreachable";
    if (ec == error::host_unreachable) return "no route to the host";
    if (is_closed_by_peer(ec)) return "connection closed by the upstream";
    return ec.message();
}

bool is_closed_by_peer(const boost::system::error_code& ec) {
    return ec == error::eof || ec == error::connection_reset || ec == error::broken_pipe ||
           ec == error::connection_aborted || ec == boost::asio::ssl::error::stream_truncated;
}

Error unreachable(std::string_view why) {
    return {Errc::upstream_unreachable, "cannot reach the upstream: " + std::string(why)};
}

Error unreachable(const boost::system::error_code& ec) {
    return unreachable(describe(ec));
}

Error timed_out(std::string_view what, std::chrono::milliseconds after) {
    return {Errc::upstream_timeout, "the upstream " + std::string(what) + " within " +
                                        std::to_string(after.count()) + " ms"};
}

Error not_local(LocalOnly rule, std::string_view why) {
    return {Errc::external_not_allowed,
            std::string(why) + ", which " + std::string(to_string(rule)) + " rules out"};
}

Error cancelled_by_client() {
    return {Errc::client_cancelled, "the client closed the connection"};
}

}  // namespace llmr::net
