#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "net/http_client.hpp"
#include "net/request_head.hpp"

using namespace llmr;
using net::parse_base_url;

TEST_SUITE("base URL") {
    TEST_CASE("its parts") {
        struct Row {
            std::string url;
            bool tls;
            std::string host;
            int port;
            std::string prefix;
            std::string host_header;
        };
        const std::vector<Row> rows{
            {"http://127.0.0.1:11434", false, "127.0.0.1", 11434, "", "127.0.0.1:11434"},
            {"http://localhost", false, "localhost", 80, "", "localhost"},
            {"http://localhost:80/", false, "localhost", 80, "", "localhost"},
            {"https://api.openai.com/v1", true, "api.openai.com", 443, "/v1", "api.openai.com"},
            {"https://API.OpenAI.com/v1/", true, "api.openai.com", 443, "/v1", "api.openai.com"},
            {"https://host:80/a/b//", true, "host", 80, "/a/b", "host:80"},
            {"http://[::1]:11434/x", false, "::1", 11434, "/x", "[::1]:11434"},
            {"http://[2001:DB8::1]", false, "2001:db8::1", 80, "", "[2001:db8::1]"},
            {"http://ollama_1:11434", false, "ollama_1", 11434, "", "ollama_1:11434"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.url);
            const auto endpoint = parse_base_url(row.url);
            REQUIRE(endpoint.has_value());
            CHECK(endpoint->tls == row.tls);
            CHECK(endpoint->host == row.host);
            CHECK(endpoint->port == row.port);
            CHECK(endpoint->prefix == row.prefix);
            CHECK(endpoint->host_header == row.host_header);
        }
    }

    TEST_CASE("what is refused") {
        for (const std::string url :
             {"", "localhost:11434", "//host", "ftp://host", "http://", "http:///path",
              "http://user@host", "http://user:password@host", "http://host?x=1", "http://host#f",
              "http://host:99999", "http://host:x", "http://ho st", "http://ho%41st", "http://[::1",
              "http://[::1%25lo]", "http://host\r\nX: y", "http://a..b", "https://host/a b"}) {
            CAPTURE(url);
            const auto endpoint = parse_base_url(url);
            REQUIRE_FALSE(endpoint.has_value());
            CHECK(endpoint.error().code == Errc::invalid_parameter);
            CHECK(endpoint.error().message.find("password") == std::string::npos);
        }
    }
}

namespace {

Result<std::string> head_of(const net::ClientRequest& request) {
    return net::build_request_head(*parse_base_url("http://host:81/p"), request);
}

}  // namespace

TEST_SUITE("request head") {
    TEST_CASE("a length is stated where a body is, or usually is") {
        net::ClientRequest request;
        request.path = "/x?y=1";
        CHECK(head_of(request).value() ==
              "POST /p/x?y=1 HTTP/1.1\r\nHost: host:81\r\nContent-Length: 0\r\n\r\n");
        request.method = "GET";
        request.headers.emplace_back("Accept", "a\tb");
        CHECK(head_of(request).value() ==
              "GET /p/x?y=1 HTTP/1.1\r\nHost: host:81\r\nAccept: a\tb\r\n\r\n");
        request.body = "{}";
        CHECK(
            head_of(request).value() ==
            "GET /p/x?y=1 HTTP/1.1\r\nHost: host:81\r\nContent-Length: 2\r\nAccept: a\tb\r\n\r\n");
    }

    TEST_CASE("nothing that could end a field or change the framing passes") {
        using Header = std::pair<std::string, std::string>;
        const std::vector<Header> headers{
            {"A", "b\r\nC: d"},
            {"A", "b\nC: d"},
            {"A", "b\rC"},
            {"A", std::string("b\0c", 3)},
            {"A", "b\x7f"},
            {"A", "\x1b[31m"},
            {"A b", "c"},
            {"A:", "c"},
            {"", "c"},
            {"A\r\nB", "c"},
            {"Host", "evil"},
            {"host", "evil"},
            {"Content-Length", "5"},
            {"content-length", "5"},
            {"Transfer-Encoding", "chunked"},
            {"Connection", "close"},
            {"Upgrade", "h2c"},
            {"Trailer", "X"},
            {"Expect", "100-continue"},
            {"\xC3\xA4", "x"},
        };
        for (const Header& header : headers) {
            CAPTURE(header.first);
            net::ClientRequest request;
            request.path = "/";
            request.headers.push_back(header);
            const auto head = head_of(request);
            REQUIRE_FALSE(head.has_value());
            CHECK(head.error().code == Errc::internal);
        }
    }

    TEST_CASE("malformed methods and paths are refused") {
        const std::vector<std::pair<std::string, std::string>> rows{
            {"GET X", "/"},   {"", "/"},        {"GET\r\n", "/"},     {"GET", "/a b"},
            {"GET", "/\r\n"}, {"GET", "/\x7f"}, {"GET", "/\xC3\xA4"}, {"GET", "/a\tb"},
        };
        for (const auto& [method, path] : rows) {
            CAPTURE(method);
            CAPTURE(path);
            net::ClientRequest request;
            request.method = method;
            request.path = path;
            CHECK_FALSE(head_of(request).has_value());
        }
        net::ClientRequest relative;
        relative.path = "x";
        CHECK_FALSE(net::build_request_head(*parse_base_url("http://host"), relative).has_value());
    }
}
