#include "net/request_head.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "net/proxy.hpp"

namespace llmr::net {
namespace {

/// Fields that say where a message ends or whom it is for: the client's own business.
constexpr std::array<std::string_view, 8> kOwnFields{
    "host",    "content-length", "transfer-encoding",  "connection", "trailer",
    "upgrade", "expect",         "proxy-authorization"};

bool is_token_char(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_value_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

bool is_target_char(char c) {
    return c > 0x20 && c < 0x7f;
}

bool is_own_field(std::string_view name) {
    return std::any_of(kOwnFields.begin(), kOwnFields.end(),
                       [name](std::string_view own) { return iequals(own, name); });
}

Error refused(const std::string& what) {
    return {Errc::internal, "refusing to send " + what};
}

/// GET and HEAD without a body carry no length; POST always does (RFC 9110, section 8.6).
bool states_length(const ClientRequest& request) {
    return !request.body.empty() || (request.method != "GET" && request.method != "HEAD");
}

}  // namespace

Result<std::string> build_request_head(const Endpoint& endpoint, const ClientRequest& request,
                                       const ProxyServer* proxy) {
    if (!is_token(request.method)) return refused("a malformed method");
    std::string target = endpoint.prefix;
    target += request.path;
    if (!target.starts_with('/') || !std::all_of(target.begin(), target.end(), is_target_char)) {
        return refused("a malformed request target");
    }
    std::string head;
    head.reserve(512);
    head.append(request.method).append(" ");
    if (proxy != nullptr) head.append("http://").append(endpoint.host_header);
    head.append(target).append(" HTTP/1.1\r\nHost: ");
    head.append(endpoint.host_header).append("\r\n");
    if (proxy != nullptr) head.append(proxy_authorization(*proxy));
    if (states_length(request)) {
        head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return refused("a malformed header name");
        if (is_own_field(name)) return refused("a header that the client sets itself: " + name);
        if (!std::all_of(value.begin(), value.end(), is_value_char)) {
            return refused("a header whose value holds control characters: " + name);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
    head.append("\r\n");
    return head;
}

}  // namespace llmr::net
