#include <string>
#include <vector>

#include <boost/asio/ip/host_name.hpp>
#include <doctest/doctest.h>

#include "net/guard.hpp"
#include "net/host_port.hpp"
#include "tests/unit/net/parse_head.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

using Names = std::vector<std::string>;

/// "ok" or the code.
std::string verdict(const std::string& fields, const Names& hosts = {}, const Names& origins = {},
                    const std::string& version = "1.1") {
    const auto head = parse_head("GET / HTTP/" + version + "\r\n" + fields + "\r\n");
    if (!head) return "beast";
    const auto fault = net::check_host_and_origin(*head, hosts, origins);
    return fault ? std::string(code_string(fault->code)) : "ok";
}

std::string host_verdict(const std::string& host, const Names& hosts = {}) {
    return verdict("Host: " + host + "\r\n", hosts);
}

std::string origin_verdict(const std::string& origin, const Names& origins = {}) {
    return verdict("Host: localhost\r\nOrigin: " + origin + "\r\n", {}, origins);
}

}  // namespace

TEST_SUITE("Host") {
    TEST_CASE("addresses and names of this machine and its network pass") {
        for (const std::string host : {"localhost",
                                       "localhost:11435",
                                       "LOCALHOST:1",
                                       "localhost.",
                                       "127.0.0.1",
                                       "127.0.0.1:11435",
                                       "127.8.8.8",
                                       "[::1]",
                                       "[::1]:11435",
                                       "[0:0:0:0:0:0:0:1]:80",
                                       "10.1.2.3",
                                       "172.16.0.1:80",
                                       "192.168.1.10:11435",
                                       "[fd00::1]:80",
                                       "[fe80::1]",
                                       "[::ffff:127.0.0.1]:80",
                                       "0.0.0.0:11435",
                                       "[::]:11435",
                                       "app.localhost:80",
                                       "nas.local",
                                       "router.internal:11435",
                                       "host.docker.internal:11435"}) {
            CAPTURE(host);
            CHECK(host_verdict(host) == "ok");
        }
        CHECK(host_verdict(boost::asio::ip::host_name() + ":11435") == "ok");
    }

    TEST_CASE("everything else is forbidden") {
        for (const std::string host : {"",
                                       "example.com",
                                       "example.com:11435",
                                       "evil.localhost.example.com",
                                       "localhost.example.com",
                                       "127.0.0.1.nip.io",
                                       "8.8.8.8",
                                       "8.8.8.8:80",
                                       "[2001:4860:4860::8888]",
                                       "[::ffff:8.8.8.8]",
                                       "notlocalhost",
                                       "xlocal",
                                       "local",
                                       "127.1",
                                       "2130706433",
                                       "0x7f000001",
                                       "0177.0.0.1",
                                       "127.0.0.1:0x50",
                                       "localhost:4000/#@x",
                                       "localhost:4000/",
                                       "localhost/#",
                                       "localhost#x",
                                       "localhost?x",
                                       "user@localhost",
                                       "evil.com@localhost",
                                       "localhost@evil.com",
                                       "localhost:",
                                       "localhost:80:80",
                                       "localhost:99999",
                                       "localhost:-1",
                                       "localhost:+80",
                                       "localhost: 80",
                                       "localhost:8a",
                                       "localhost:123456",
                                       "local host",
                                       "localhost\r\n x",
                                       "localhost,evil.com",
                                       "evil.com, localhost",
                                       ".localhost",
                                       "a..localhost",
                                       "..local",
                                       "localhost..",
                                       "[::1",
                                       "::1",
                                       "[::1]x",
                                       "[::1]:",
                                       "[::1]:x",
                                       "[::1%25lo]",
                                       "[::1%lo]",
                                       "[localhost]",
                                       "[127.0.0.1]",
                                       "[]",
                                       "localhost%00",
                                       "localhost\\",
                                       "http://localhost",
                                       "loc\xC3\xA4lhost.local"}) {
            CAPTURE(host);
            CHECK(host_verdict(host) == "forbidden_host");
        }
        CHECK(host_verdict(std::string(250, 'a') + ".local") == "forbidden_host");
    }

    TEST_CASE("configured names pass, and only they") {
        const Names names{"llm.example.com", "*.corp.example", "router"};
        CHECK(host_verdict("llm.example.com", names) == "ok");
        CHECK(host_verdict("LLM.example.com:11435", names) == "ok");
        CHECK(host_verdict("a.corp.example:80", names) == "ok");
        CHECK(host_verdict("router:11435", names) == "ok");
        CHECK(host_verdict("corp.example", names) == "forbidden_host");
        CHECK(host_verdict("example.com", names) == "forbidden_host");
        CHECK(host_verdict("llm.example.com.evil.com", names) == "forbidden_host");
        CHECK(host_verdict("evil.com/.corp.example", names) == "forbidden_host");
        CHECK(host_verdict("anything.example", {"*"}) == "ok");
        CHECK(host_verdict("8.8.8.8", {"8.8.8.8"}) == "ok");
        CHECK(host_verdict("a:81", {"a:80"}) == "forbidden_host");
        CHECK(host_verdict("a:80", {"a:80"}) == "ok");
    }

    TEST_CASE("only HTTP/1.0 may come without a Host, and no second one is overlooked") {
        CHECK(verdict("", {}, {}, "1.0") == "ok");
        CHECK(verdict("") == "forbidden_host");
        CHECK(verdict("Host: example.com\r\n", {}, {}, "1.0") == "forbidden_host");
        CHECK(verdict("Host: localhost\r\nHost: example.com\r\n") == "forbidden_host");
    }
}

TEST_SUITE("Origin") {
    TEST_CASE("pages and applications of this machine and its network pass") {
        for (const std::string origin :
             {"http://localhost", "http://localhost:3000", "https://localhost:3000",
              "HTTP://LOCALHOST:3000", "http://127.0.0.1:8080", "http://[::1]:8080",
              "http://192.168.1.5", "http://tauri.localhost", "https://nas.local",
              "app://obsidian.md", "app://-", "file://", "tauri://localhost",
              "vscode-webview://1a2b3c", "vscode-file://vscode-app"}) {
            CAPTURE(origin);
            CHECK(origin_verdict(origin) == "ok");
        }
    }

    TEST_CASE("everything else is forbidden") {
        for (const std::string origin : {"null",
                                         "http://example.com",
                                         "https://example.com:443",
                                         "http://localhost.example.com",
                                         "http://localhost:3000/",
                                         "http://localhost:3000/#@x",
                                         "http://localhost@evil.com",
                                         "http://evil.com#localhost",
                                         "http://",
                                         "http:/localhost",
                                         "ftp://localhost",
                                         "chrome-extension://abcdef",
                                         "moz-extension://abcdef",
                                         "localhost",
                                         "http://0.0.0.0",
                                         "http://8.8.8.8",
                                         "http://localhost http://evil.com",
                                         "http://localhost, http://a.com",
                                         "appx://x",
                                         "*"}) {
            CAPTURE(origin);
            CHECK(origin_verdict(origin) == "forbidden_origin");
        }
        CHECK(
            verdict("Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.com\r\n") ==
            "forbidden_origin");
    }

    TEST_CASE("configured origins pass, and only they") {
        const Names origins{"https://chat.example.com", "https://*.corp.example",
                            "chrome-extension://*"};
        CHECK(origin_verdict("https://chat.example.com", origins) == "ok");
        CHECK(origin_verdict("https://CHAT.example.com", origins) == "ok");
        CHECK(origin_verdict("https://a.corp.example", origins) == "ok");
        CHECK(origin_verdict("chrome-extension://abcdef", origins) == "ok");
        CHECK(origin_verdict("http://chat.example.com", origins) == "forbidden_origin");
        CHECK(origin_verdict("https://chat.example.com:8443", origins) == "forbidden_origin");
        CHECK(origin_verdict("https://evil.com/.corp.example", origins) == "forbidden_origin");
        CHECK(origin_verdict("https://corp.example", origins) == "forbidden_origin");
        CHECK(origin_verdict("https://anything.example", {"*"}) == "ok");
        CHECK(origin_verdict("null", {"null"}) == "ok");
    }

    TEST_CASE("no Origin is no cross-site request") {
        CHECK(verdict("Host: localhost\r\n") == "ok");
    }
}

TEST_SUITE("host and port") {
    TEST_CASE("its parts") {
        const auto name = net::parse_host_port("Example.COM.:8080");
        REQUIRE(name);
        CHECK(name->host == "example.com");
        CHECK(name->port == 8080);
        CHECK_FALSE(name->is_address);
        const auto v6 = net::parse_host_port("[2001:DB8:0::1]");
        REQUIRE(v6);
        CHECK(v6->host == "2001:db8::1");
        CHECK_FALSE(v6->port);
        CHECK(v6->is_address);
        const auto mapped = net::parse_host_port("[::FFFF:10.0.0.1]:1");
        REQUIRE(mapped);
        CHECK(mapped->host == "10.0.0.1");
    }
}
