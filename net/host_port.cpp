#include "net/host_port.hpp"

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address.hpp>

#include "core/text.hpp"

namespace llmr::net {
namespace {

namespace ip = boost::asio::ip;

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_name(std::string_view name) {
    constexpr std::size_t kMaxName = 253;  // RFC 1035, section 2.3.4, in text form
    return !name.empty() && name.size() <= kMaxName && name.front() != '.' && name.back() != '.' &&
           name.find("..") == name.npos && std::all_of(name.begin(), name.end(), is_name_char);
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    if (digits.empty() || digits.size() > 5) return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

bool parse_v6(std::string_view text, HostPort& out) {
    if (text.find('%') != text.npos) return false;
    boost::system::error_code ec;
    const auto v6 = ip::make_address_v6(std::string(text), ec);
    if (ec) return false;
    out.host =
        v6.is_v4_mapped() ? ip::make_address_v4(ip::v4_mapped, v6).to_string() : v6.to_string();
    out.is_address = true;
    return true;
}

bool parse_name_or_v4(std::string_view text, HostPort& out) {
    out.host = to_lower(text);
    if (out.host.ends_with('.')) out.host.pop_back();
    if (!is_name(out.host)) return false;
    // Only the canonical form parses, so the text stays what it is.
    boost::system::error_code ec;
    ip::make_address_v4(out.host, ec);
    out.is_address = !ec;
    return true;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
    HostPort result;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == text.npos || !parse_v6(text.substr(1, close - 1), result)) return std::nullopt;
        rest = text.substr(close + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        if (!parse_name_or_v4(text.substr(0, colon), result)) return std::nullopt;
        rest = text.substr(colon);
    }
    if (rest.empty()) return result;
    if (rest.front() != ':') return std::nullopt;
    result.port = parse_port(rest.substr(1));
    if (!result.port) return std::nullopt;
    return result;
}

}  // namespace llmr::net
