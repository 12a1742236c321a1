#include "net/guard.hpp"

#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/net/parse_head.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n";

/// "ok", "beast" if the parser refuses it before the guard sees it, or the guard's code.
std::string verdict(const std::string& head) {
    const auto parsed = parse_head(head);
    if (!parsed) return "beast";
    const auto fault = net::check_head(*parsed);
    return fault ? std::string(code_string(fault->code)) : "ok";
}

struct Row {
    std::string head;
    std::string verdict;
};

void check_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.head.substr(0, 200));
        CHECK(verdict(row.head) == row.verdict);
    }
}

std::string repeat(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

}  // namespace

TEST_SUITE("request head guard") {
    TEST_CASE("usual heads pass") {
        check_all({
            {kGet + "\r\n", "ok"},
            {"GET / HTTP/1.0\r\n\r\n", "ok"},
            {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", "ok"},
            {kPost + "Content-Length: 2\r\n\r\n", "ok"},
            {kPost + "Content-Length: 0\r\n\r\n", "ok"},
            {kPost + "Transfer-Encoding: chunked\r\n\r\n", "ok"},
            {kPost + "transfer-encoding: Chunked\r\n\r\n", "ok"},
            {kPost + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", "ok"},
            {kPost + "Connection: keep-alive, TE\r\nTE: trailers\r\n\r\n", "ok"},
            {kGet + "Accept: */*\r\nUser-Agent: curl/7.88.1\r\nX-Empty:\r\n\r\n", "ok"},
            {kGet + "X-Tab: a\tb\r\nX-Latin: caf\xE9\r\nX-Utf8: caf\xC3\xA9\r\n\r\n", "ok"},
            {"OPTIONS /v1/models HTTP/1.1\r\nHost: a\r\n\r\n", "ok"},
            {"GET /a%20b?x=1&y=%00 HTTP/1.1\r\nHost: a\r\n\r\n", "ok"},
            {"GET //x/../y HTTP/1.1\r\nHost: a\r\n\r\n", "ok"},
            {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "ok"},
            {kGet + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    "HTTP2-Settings: AAEAAEAA\r\n\r\n",
             "ok"},
        });
    }

    TEST_CASE("transfer codings other than chunked on HTTP/1.1 are refused") {
        check_all({
            {kPost + "Transfer-Encoding: gzip\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: identity\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunked, gzip\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunked, chunked\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunked,\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: ,chunked\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunked;q=1\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: \"chunked\"\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: xchunked\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunkedx\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding:\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: \tchunked\t\r\n\r\n", "ok"},
            {kPost + "Transfer-Encoding: \x0b"
                     "chunked\r\n\r\n",
             "beast"},
            {kPost + "Transfer-Encoding: ch\r\n unked\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding : chunked\r\n\r\n", "beast"},
            // A folded line is part of the Host, which the Host check then refuses.
            {kPost + " Transfer-Encoding: chunked\r\n\r\n", "ok"},
            {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "bad_request"},
            {"POST / HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n", "bad_request"},
        });
    }

    TEST_CASE("a message whose length has two readings is refused") {
        check_all({
            {kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "beast"},
            {kPost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "beast"},
            {kPost + "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n", "beast"},
            {kPost + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", "bad_request"},
            {kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "beast"},
            {kPost + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
             "bad_request"},
            {kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", "beast"},
            {kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "beast"},
            {kPost + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "bad_request"},
            {kPost + "Content-Length: 5, 5\r\n\r\n", "bad_request"},
            {kPost + "Content-Length: 5, 6\r\n\r\n", "beast"},
            {kPost + "Content-Length: +5\r\n\r\n", "beast"},
            {kPost + "Content-Length: -5\r\n\r\n", "beast"},
            {kPost + "Content-Length: 0x5\r\n\r\n", "beast"},
            {kPost + "Content-Length: 5 5\r\n\r\n", "beast"},
            {kPost + "Content-Length: 5.0\r\n\r\n", "beast"},
            {kPost + "Content-Length:\r\n\r\n", "beast"},
            {kPost + "Content-Length: 99999999999999999999\r\n\r\n", "beast"},
            {kPost + "Content-Length: 9999999999999999999\r\n\r\n", "bad_request"},
            {kPost + "Content-Length: 0000000000000000005\r\n\r\n", "bad_request"},
            {kPost + "Content-Length : 5\r\n\r\n", "beast"},
        });
    }

    TEST_CASE("trailers and upgrades are refused") {
        check_all({
            {kPost + "Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n", "bad_request"},
            {kGet + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "bad_request"},
            {kGet + "Upgrade: h2c, websocket\r\n\r\n", "bad_request"},
            {kGet + "Upgrade: h2c\r\nUpgrade: websocket\r\n\r\n", "bad_request"},
            {kGet + "Upgrade:\r\n\r\n", "bad_request"},
        });
    }

    TEST_CASE("exactly one Host on HTTP/1.1") {
        check_all({
            {"GET / HTTP/1.1\r\n\r\n", "bad_request"},
            {kGet + "Host: b\r\n\r\n", "bad_request"},
            {kGet + "Host: a\r\n\r\n", "bad_request"},
            {kGet + "host: a\r\n\r\n", "bad_request"},
            {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "bad_request"},
        });
    }

    TEST_CASE("targets are in origin form, short and printable") {
        check_all({
            {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"GET HTTP://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"GET index.html HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"GET /#@x HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"GET /caf\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
            {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", "beast"},
            {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", "beast"},
            {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "beast"},
            {std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 29), "beast"},
            {"GET  HTTP/1.1\r\nHost: a\r\n\r\n", "beast"},
            {"GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", "ok"},
            {"GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", "header_too_large"},
        });
    }

    TEST_CASE("versions, line ends and fields that are none") {
        check_all({
            {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", "beast"},
            {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", "beast"},
            {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "beast"},
            {"GET / http/1.1\r\nHost: a\r\n\r\n", "beast"},
            {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "beast"},
            {"GET /\r\n\r\n", "beast"},
            {"GET / HTTP/1.1\nHost: a\n\n", "beast"},
            {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "beast"},
            {"GET / HTTP/1.1\r\nHost: a\nTransfer-Encoding: chunked\r\n\r\n", "beast"},
            {kGet + "no colon\r\n\r\n", "beast"},
            {kGet + ": value\r\n\r\n", "beast"},
            {kGet + "X\x01: value\r\n\r\n", "beast"},
            {kGet + "X: a\x01"
                    "b\r\n\r\n",
             "beast"},
            {kGet + "X: a\x7f"
                    "b\r\n\r\n",
             "beast"},
            {kGet + std::string("X: a\0b\r\n\r\n", 10), "beast"},
            {kGet + repeat("X: y\r\n", 99) + "\r\n", "ok"},
            {kGet + repeat("X: y\r\n", 100) + "\r\n", "header_too_large"},
        });
    }

    TEST_CASE("fields that appear with the body are trailers") {
        namespace http = boost::beast::http;
        for (const std::string trailer : {"", "Authorization: Bearer x\r\n"}) {
            CAPTURE(trailer);
            http::request_parser<http::string_body> parser;
            parser.eager(false);
            const std::string head = kPost + "Transfer-Encoding: chunked\r\n\r\n";
            const std::string body = "2\r\n{}\r\n0\r\n" + trailer + "\r\n";
            boost::system::error_code ec;
            parser.put(boost::asio::buffer(head), ec);
            REQUIRE(parser.is_header_done());
            const auto& fields = parser.get().base();
            const auto before =
                static_cast<std::size_t>(std::distance(fields.begin(), fields.end()));
            parser.eager(true);
            parser.put(boost::asio::buffer(body), ec);
            REQUIRE(parser.is_done());
            const auto fault = net::check_no_trailers(before, fields);
            CHECK(fault.has_value() == !trailer.empty());
            if (fault) CHECK(fault->code == Errc::bad_request);
        }
    }
}
