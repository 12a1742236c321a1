#include "net/proxy_tunnel.hpp"

#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/transport_error.hpp"

namespace llmr::net {
namespace {

namespace http = boost::beast::http;
using error_code = boost::system::error_code;
using Parser = http::response_parser<http::empty_body>;

constexpr std::uint32_t kMaxHead = 16 * 1024;

std::string connect_head(const Endpoint& to, const ProxyServer& proxy) {
    const bool v6 = to.host.find(':') != to.host.npos;
    const std::string authority =
        (v6 ? "[" + to.host + "]" : to.host) + ":" + std::to_string(to.port);
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" +
           proxy_authorization(proxy) + "\r\n";
}

Error broken(const error_code& ec, bool answer_began) {
    if (is_closed_by_peer(ec)) {
        return unreachable(answer_began ? "the proxy closed the connection in mid-answer"
                                        : "the proxy closed the connection without an answer");
    }
    return unreachable("the proxy's answer is not HTTP: " + describe(ec));
}

/// Reads the head of the answer; what the proxy says beyond it stays in the buffer.
Task<std::optional<Error>> read_answer(Connection& connection, Parser& parser) {
    auto& buffer = connection.buffer();
    for (bool began = false; !parser.is_header_done(); began = true) {
        error_code ec = co_await connection.fill();
        if (ec) co_return broken(ec, began);
        buffer.consume(parser.put(buffer.data(), ec));
        if (ec && ec != http::error::need_more) co_return broken(ec, true);
    }
    co_return std::nullopt;
}

}  // namespace

Task<std::optional<Error>> open_tunnel(Connection& connection, const Endpoint& to,
                                       const ProxyServer& proxy) {
    const std::string head = connect_head(to, proxy);
    const Connection::Gather request{asio::buffer(head), asio::const_buffer()};
    const Connection::Written written = co_await connection.write(request);
    if (written.ec) co_return broken(written.ec, false);

    Parser parser;
    parser.header_limit(kMaxHead);
    parser.skip(true);  // an answer to CONNECT has no body (RFC 9110, section 9.3.6)
    std::optional<Error> failure = co_await read_answer(connection, parser);
    if (failure) co_return failure;
    const unsigned status = parser.get().result_int();
    if (status == 407) co_return proxy_wants_credentials(proxy);
    if (status / 100 != 2) {
        co_return unreachable("the proxy refused the tunnel with status " + std::to_string(status));
    }
    // TLS begins with the client: nobody can have sent anything yet.
    if (connection.buffer().size() != 0) {
        co_return unreachable("the proxy sent something of its own into the tunnel");
    }
    co_return std::nullopt;
}

}  // namespace llmr::net
