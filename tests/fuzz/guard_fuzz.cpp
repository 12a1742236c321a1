// The request head guard: what passes has one reading only.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/text.hpp"
#include "net/guard.hpp"
#include "net/host_port.hpp"

namespace {

namespace http = boost::beast::http;
using namespace llmr;

void require(bool holds) {
    if (!holds) std::abort();
}

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

void check_accepted_head(const http::request_header<>& head) {
    const std::size_t codings = head.count(http::field::transfer_encoding);
    const std::size_t lengths = head.count(http::field::content_length);
    require(codings + lengths <= 1);
    if (codings == 1) {
        require(head.version() == 11);
        require(iequals(view(head[http::field::transfer_encoding]), "chunked"));
    }
    require(head.count(http::field::host) <= 1);
    require(view(head.target()).starts_with('/'));
}

void check_accepted_host(const http::request_header<>& head) {
    for (const auto& field : head) {
        if (field.name() != http::field::host) continue;
        const auto host = net::parse_host_port(view(field.value()));
        require(host.has_value());
        require(host->host.find_first_of("/@#?%\\ ,[]") == std::string::npos);
    }
}

void check_host_port(std::string_view text) {
    const auto parsed = net::parse_host_port(text);
    if (!parsed) return;
    const bool v6 = parsed->host.find(':') != std::string::npos;
    const auto again = net::parse_host_port(v6 ? "[" + parsed->host + "]" : parsed->host);
    require(again.has_value());
    require(again->host == parsed->host);
    require(again->is_address == parsed->is_address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_host_port(text);

    http::request_parser<http::string_body> parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(std::uint64_t{1} << 20);
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(data, size), ec);
    if (ec || !parser.is_header_done()) return 0;

    const http::request_header<>& head = parser.get().base();
    if (!net::check_head(head)) check_accepted_head(head);
    if (!net::check_host_and_origin(head, {}, {})) check_accepted_host(head);
    static const net::ApiKeys keys({Secret("sk-fuzz")});
    const auto key = keys.check(head);
    require(!key || text.find("sk-fuzz") != text.npos);
    return 0;
}
