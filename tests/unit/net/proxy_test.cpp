#include <atomic>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <doctest/doctest.h>

#include "net/tls.hpp"
#include "tests/support/http_proxy.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/unreachable_port.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

using Requests = std::vector<std::string>;

const std::string kPassword = "canary-password";

ProxyServer proxy_at(std::uint16_t port, const std::string& credentials = {}) {
    return {"127.0.0.1", port, Secret(credentials)};
}

net::HttpClient::Options through(ProxyServer proxy) {
    net::HttpClient::Options options;
    options.external = true;
    options.proxy = std::move(proxy);
    return options;
}

/// Answers "x" to every request.
void answer_all(RawConnection& c) {
    for (;;) {
        c.read_request();
        c.answer("x");
    }
}

/// An upstream with TLS, upstream.test, whose certificate the client trusts.
struct Upstream {
    TestCertificate certificate{"DNS:upstream.test"};
    RawServer server{answer_all, certificate.server()};
    std::shared_ptr<net::asio::ssl::context> tls = net::make_client_tls(certificate.path()).value();
};

Error error_of(const net::SendResult& result) {
    REQUIRE(result.failure);
    CHECK(result.failure->point == net::FailurePoint::before_send);
    CHECK(result.failure->error.message.find("canary") == std::string::npos);
    CHECK(result.failure->error.message.find("127.0.0.1") == std::string::npos);
    return result.failure->error;
}

/// What comes of an https request through a proxy that runs `script`.
Error failure_with(const RawServer::Script& script, std::chrono::milliseconds connect = 10s) {
    RawServer proxy(script);
    ClientFixture f;
    f.timeouts.connect = connect;
    const auto tls = net::make_client_tls().value();
    auto client = f.client("https://upstream.test", through(proxy_at(proxy.port())), tls.get());
    const Error error = error_of(f.send(client));
    CHECK(client.idle_connections() == 0);
    return error;
}

RawServer::Script answering(const std::string& text) {
    return [text](RawConnection& c) {
        c.read_request();
        c.send(text);
        c.receive();
    };
}

}  // namespace

TEST_SUITE("proxy") {
    TEST_CASE("https goes through a tunnel, with the password, and the tunnel is kept") {
        Upstream upstream;
        HttpProxy proxy(upstream.server.port(), "ann:" + kPassword);
        ClientFixture f;
        // Nobody here knows the name: it is the proxy's business.
        auto client =
            f.client("https://upstream.test", through(proxy_at(proxy.port(), "ann:" + kPassword)),
                     upstream.tls.get());
        CHECK(f.fetch(client) == "x");
        CHECK(f.fetch(client) == "x");
        CHECK(client.idle_connections() == 1);
        CHECK(proxy.requests() == Requests{"CONNECT upstream.test:443 HTTP/1.1"});
        CHECK(upstream.server.connections() == 1);
    }

    TEST_CASE("a proxy that wants other credentials is named as what is wrong") {
        Upstream upstream;
        HttpProxy proxy(upstream.server.port(), "ann:right");
        ClientFixture f;
        auto without =
            f.client("https://upstream.test", through(proxy_at(proxy.port())), upstream.tls.get());
        Error error = error_of(f.send(without));
        CHECK(error.code == Errc::upstream_auth);
        CHECK(error.message == "the proxy wants a user name and a password, and its URL has none");
        auto wrong =
            f.client("https://upstream.test", through(proxy_at(proxy.port(), "ann:" + kPassword)),
                     upstream.tls.get());
        error = error_of(f.send(wrong));
        CHECK(error.code == Errc::upstream_auth);
        CHECK(error.message ==
              "the proxy does not accept the user name and the password of its URL");
        CHECK(proxy.sent_through() == "");
        CHECK(upstream.server.connections() == 0);
    }

    TEST_CASE("what is behind the tunnel is verified as without one") {
        Upstream upstream;
        HttpProxy proxy(upstream.server.port());
        ClientFixture f;
        auto client = f.client("https://other.test:8443", through(proxy_at(proxy.port())),
                               upstream.tls.get());
        CHECK(error_of(f.send(client)).message ==
              "cannot reach the upstream: TLS: certificate verify failed (hostname mismatch)");
        CHECK(proxy.requests() == Requests{"CONNECT other.test:8443 HTTP/1.1"});
        upstream.server.finish();
        CHECK(upstream.server.connections() == 1);
        CHECK(upstream.server.scripts() == 0);
    }

    TEST_CASE("an IPv6 address is asked for in brackets") {
        HttpProxy proxy(closed_port(), "a:b");
        ClientFixture f;
        const auto tls = net::make_client_tls().value();
        auto client = f.client("https://[2001:db8::1]", through(proxy_at(proxy.port())), tls.get());
        error_of(f.send(client));
        CHECK(proxy.requests() == Requests{"CONNECT [2001:db8::1]:443 HTTP/1.1"});
    }

    TEST_CASE("http is a request to the proxy, with the whole URL") {
        std::string head;
        RawServer proxy([&](RawConnection& c) {
            head = c.read_request().head;
            c.answer("x");
        });
        ClientFixture f;
        auto client = f.client("http://upstream.test:81/v1",
                               through(proxy_at(proxy.port(), "Aladdin:open sesame")));
        CHECK(f.fetch(client) == "x");
        proxy.finish();
        // The example of RFC 7617.
        CHECK(head ==
              "POST http://upstream.test:81/v1/api/chat HTTP/1.1\r\nHost: upstream.test:81\r\n"
              "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"
              "Content-Length: 2\r\n\r\n");
    }

    TEST_CASE("a proxy that refuses a request in the clear has not passed it on") {
        HttpProxy proxy(closed_port(), "ann:right");
        ClientFixture f;
        auto client =
            f.client("http://upstream.test", through(proxy_at(proxy.port(), "ann:" + kPassword)));
        CHECK(error_of(f.send(client)).code == Errc::upstream_auth);
    }

    TEST_CASE("without a proxy 407 is an answer like any other") {
        RawServer server(
            answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"));
        ClientFixture f;
        auto client = f.client(server.url());
        const auto result = f.send(client);
        REQUIRE(result.exchange);
        CHECK(result.exchange->status() == 407);
    }

    TEST_CASE("a proxy that gives no tunnel is an error, not a hang") {
        struct Case {
            const char* name;
            RawServer::Script script;
            std::string message;
        };
        const std::string head = "HTTP/1.1 200 OK\r\n";
        const Case cases[] = {
            {"refuses", answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno"),
             "the proxy refused the tunnel with status 502"},
            {"redirects", answering("HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n"),
             "the proxy refused the tunnel with status 302"},
            {"garbage", answering("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
             "the proxy's answer is not HTTP: bad version"},
            {"endless", answering(head + "a: " + std::string(40'000, 'b')),
             "the proxy's answer is not HTTP: header limit exceeded"},
            {"closes", [](RawConnection& c) { c.read_request(); },
             "the proxy closed the connection without an answer"},
            {"closes early",
             [&](RawConnection& c) {
                 c.read_request();
                 c.send(head);
             },
             "the proxy closed the connection in mid-answer"},
            {"speaks first", answering(head + "\r\n220 hello"),
             "the proxy sent something of its own into the tunnel"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            const Error error = failure_with(c.script);
            CHECK(error.code == Errc::upstream_unreachable);
            CHECK(error.message == "cannot reach the upstream: " + c.message);
        }
    }

    TEST_CASE("the time to connect includes the proxy's") {
        std::atomic<bool> closed = false;
        const Error error = failure_with(
            [&](RawConnection& c) {
                c.read_request();
                c.send("HTTP/1.1 200 OK\r\n");
                closed = c.wait_closed();
            },
            60ms);
        CHECK(error.message == "cannot reach the upstream: connecting timed out after 60 ms");
        CHECK(closed);
    }

    TEST_CASE("a client that leaves ends the wait for the tunnel") {
        ClientFixture f;
        std::atomic<bool> closed = false;
        RawServer proxy([&](RawConnection& c) {
            c.read_request();
            net::asio::post(f.io, [&] { f.cancellation.cancel(); });
            closed = c.wait_closed();
        });
        const auto tls = net::make_client_tls().value();
        auto client = f.client("https://upstream.test", through(proxy_at(proxy.port())), tls.get());
        const auto pending = f.start_send(client);
        CHECK(error_of(f.finish(*pending)).code == Errc::client_cancelled);
        proxy.finish();
        CHECK(closed);
    }

    TEST_CASE("a proxy that is not there is named as what is missing") {
        ClientFixture f;
        const auto tls = net::make_client_tls().value();
        auto refused =
            f.client("https://upstream.test", through(proxy_at(closed_port())), tls.get());
        CHECK(error_of(f.send(refused)).message ==
              "cannot reach the upstream: no connection to the proxy: connection refused");
        // A label has at most 63 characters: no name server is asked.
        const ProxyServer nowhere{std::string(70, 'a') + ".test", 1, Secret()};
        auto unknown = f.client("http://upstream.test", through(nowhere));
        CHECK(error_of(f.send(unknown)).message ==
              "cannot reach the upstream: the name of the proxy is not found");
    }

    TEST_CASE("what stays local does not go to a proxy, however near that is") {
        Upstream upstream;
        HttpProxy proxy(upstream.server.port());
        ClientFixture f;
        auto options = through(proxy_at(proxy.port()));
        options.external = false;
        auto client = f.client("https://upstream.test", options, upstream.tls.get());
        CHECK(f.fetch(client) == "x");
        REQUIRE(client.idle_connections() == 1);
        for (const LocalOnly rule : {LocalOnly::by_setting, LocalOnly::by_header}) {
            auto request = f.request();
            request.local_only = rule;
            CHECK(error_of(f.run(client.send(request, nullptr))).code ==
                  Errc::external_not_allowed);
        }
        options.local_only = LocalOnly::by_setting;
        auto barred = f.client("https://upstream.test", options, upstream.tls.get());
        CHECK(error_of(f.send(barred)).code == Errc::external_not_allowed);
        CHECK(proxy.requests().size() == 1);
        CHECK(client.idle_connections() == 1);
    }
}
