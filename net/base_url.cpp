#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "net/host_port.hpp"
#include "net/http_client.hpp"

namespace llmr::net {
namespace {

Error bad_url(std::string_view what) {
    return {Errc::invalid_parameter, "base URL: " + std::string(what)};
}

}  // namespace

Result<Endpoint> parse_base_url(std::string_view url) {
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed) return bad_url("not a URL");
    const boost::urls::url_view& u = *parsed;
    if (u.scheme_id() != boost::urls::scheme::http && u.scheme_id() != boost::urls::scheme::https) {
        return bad_url("the scheme must be http or https");
    }
    if (u.has_userinfo()) return bad_url("user information is not allowed");
    if (u.has_query() || u.has_fragment()) return bad_url("query and fragment are not allowed");

    const auto authority = u.encoded_host_and_port();
    const auto host = parse_host_port({authority.data(), authority.size()});
    if (!host) return bad_url("the host is missing or malformed");

    Endpoint endpoint;
    endpoint.tls = u.scheme_id() == boost::urls::scheme::https;
    const std::uint16_t default_port = endpoint.tls ? 443 : 80;
    endpoint.host = host->host;
    endpoint.port = host->port.value_or(default_port);
    const auto path = u.encoded_path();
    endpoint.prefix.assign(path.data(), path.size());
    while (endpoint.prefix.ends_with('/'))
        endpoint.prefix.pop_back();
    const bool v6 = endpoint.host.find(':') != endpoint.host.npos;
    endpoint.host_header = v6 ? "[" + endpoint.host + "]" : endpoint.host;
    if (endpoint.port != default_port) endpoint.host_header += ":" + std::to_string(endpoint.port);
    return endpoint;
}

}  // namespace llmr::net
