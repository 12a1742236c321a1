#include "net/tls.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

void answer_one(RawConnection& c) {
    c.read_request();
    c.answer("secret");
    c.receive();
}

/// Verification failed before the handshake was done: nothing but it was ever sent.
void check_nothing_arrived(RawServer& server) {
    server.finish();
    CHECK(server.connections() > 0);
    CHECK(server.scripts() == 0);
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// The failure of one request to `host`, which is 127.0.0.1 under another name.
Error failure_for(const std::string& host, const RawServer& server, net::asio::ssl::context* tls) {
    ClientFixture f;
    f.resolver.remember(host, {net::asio::ip::make_address("127.0.0.1")});
    auto client = f.client("https://" + host + ":" + std::to_string(server.port()), {}, tls);
    const auto result = f.send(client);
    REQUIRE(result.failure);
    CHECK(result.failure->point == net::FailurePoint::before_send);
    CHECK(result.failure->error.message.find(host) == std::string::npos);
    return result.failure->error;
}

}  // namespace

TEST_SUITE("TLS") {
    TEST_CASE("a certificate that nobody vouches for is refused") {
        const TestCertificate certificate("DNS:localhost,IP:127.0.0.1");
        RawServer server(answer_one, certificate.server());
        const auto tls = net::make_client_tls().value();
        const Error error = failure_for("localhost", server, tls.get());
        CHECK(error.code == Errc::upstream_unreachable);
        CHECK(
            error.message.starts_with("cannot reach the upstream: TLS: certificate verify failed"));
        check_nothing_arrived(server);
    }

    TEST_CASE("a certificate that has expired, or is not yet valid, is refused") {
        constexpr long kDay = 86'400;
        for (const long when : {-kDay, kDay}) {
            CAPTURE(when);
            const TestCertificate certificate("IP:127.0.0.1", when);
            RawServer server(answer_one, certificate.server());
            const auto tls = net::make_client_tls(certificate.path()).value();
            CHECK(failure_for("127.0.0.1", server, tls.get()).message ==
                  std::string("cannot reach the upstream: TLS: certificate verify failed ") +
                      (when < 0 ? "(certificate has expired)" : "(certificate is not yet valid)"));
            check_nothing_arrived(server);
        }
    }

    TEST_CASE("a certificate of a CA that the operator trusts is accepted, by name and address") {
        const TestCertificate certificate("DNS:upstream.test,IP:127.0.0.1");
        RawServer server(answer_one, certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        for (const std::string host : {"upstream.test", "127.0.0.1"}) {
            ClientFixture f;
            f.resolver.remember(host, {net::asio::ip::make_address("127.0.0.1")});
            auto client =
                f.client("https://" + host + ":" + std::to_string(server.port()), {}, tls.get());
            CHECK(f.fetch(client) == "secret");
            CHECK(client.idle_connections() == 1);
        }
        CHECK(server.failure() == "");
    }

    TEST_CASE("a certificate for another host is refused") {
        const TestCertificate certificate("DNS:upstream.test,IP:127.0.0.9");
        RawServer server(answer_one, certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        CHECK(failure_for("other.test", server, tls.get()).message ==
              "cannot reach the upstream: TLS: certificate verify failed (hostname mismatch)");
        CHECK(failure_for("127.0.0.1", server, tls.get()).message ==
              "cannot reach the upstream: TLS: certificate verify failed (IP address mismatch)");
        check_nothing_arrived(server);
    }

    TEST_CASE("TLS 1.1 is too old") {
        const TestCertificate certificate("IP:127.0.0.1");
        SSL_CTX_set_max_proto_version(certificate.server(), TLS1_1_VERSION);
        SSL_CTX_set_security_level(certificate.server(), 0);
        RawServer server(answer_one, certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        CHECK(failure_for("127.0.0.1", server, tls.get())
                  .message.starts_with("cannot reach the upstream: TLS: "));
        CHECK(server.scripts() == 0);
        // It is the version: a client that takes it is served.
        SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_VERSION);
        SSL_CTX_set_security_level(tls->native_handle(), 0);
        ClientFixture f;
        auto lax = f.client(server.url(), {}, tls.get());
        CHECK(f.fetch(lax) == "secret");
    }

    TEST_CASE("the server is told which name is meant, and an address is none") {
        const TestCertificate certificate("DNS:upstream.test,IP:127.0.0.1");
        for (const std::string host : {"upstream.test", "127.0.0.1"}) {
            CAPTURE(host);
            std::string name = "none";
            RawServer server(
                [&](RawConnection& c) {
                    name = c.server_name();
                    answer_one(c);
                },
                certificate.server());
            const auto tls = net::make_client_tls(certificate.path()).value();
            ClientFixture f;
            f.resolver.remember(host, {net::asio::ip::make_address("127.0.0.1")});
            auto client =
                f.client("https://" + host + ":" + std::to_string(server.port()), {}, tls.get());
            CHECK(f.fetch(client) == "secret");
            server.stop();
            CHECK(name == (host == "127.0.0.1" ? "" : host));
        }
    }

    TEST_CASE("requests share a connection, and a later connection resumes the session") {
        std::atomic<int> resumed = 0;
        const TestCertificate certificate("IP:127.0.0.1");
        RawServer server(
            [&](RawConnection& c) {
                if (c.tls_resumed()) ++resumed;
                for (int i = 0; i < 2; ++i) {
                    c.read_request();
                    c.answer("x");
                }
                if (c.index() == 0) c.read_request();  // and close without an answer
            },
            certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        ClientFixture f;
        auto client = f.client(server.url(), {}, tls.get());
        for (int i = 0; i < 4; ++i)
            CHECK(f.fetch(client) == "x");
        server.finish();
        CHECK(server.connections() == 2);
        CHECK(resumed == 1);
    }

    TEST_CASE("large bodies pass both ways") {
        const TestCertificate certificate("IP:127.0.0.1");
        std::atomic<std::size_t> received = 0;
        RawServer server(
            [&](RawConnection& c) {
                received = c.read_request().body.size();
                c.answer(std::string(1'000'000, 'b'));
            },
            certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        ClientFixture f;
        auto client = f.client(server.url(), {}, tls.get());
        const std::string body(2'000'000, 'a');
        auto result = f.run(client.send(f.request(body), nullptr));
        REQUIRE(result.exchange);
        CHECK(f.read_all(*result.exchange).value() == std::string(1'000'000, 'b'));
        CHECK(received == 2'000'000);
    }

    TEST_CASE("a body that ends without TLS's own farewell is a cut") {
        const TestCertificate certificate("IP:127.0.0.1");
        RawServer server(
            [](RawConnection& c) {
                c.read_request();
                c.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
                c.shut_down();
            },
            certificate.server());
        const auto tls = net::make_client_tls(certificate.path()).value();
        ClientFixture f;
        auto client = f.client(server.url(), {}, tls.get());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        const auto body = f.read_all(*result.exchange);
        REQUIRE_FALSE(body.has_value());
        CHECK(body.error().code == Errc::upstream_stream_cut);
    }

    TEST_CASE("cancelling or timing out in the handshake closes the connection") {
        for (const bool cancel : {true, false}) {
            CAPTURE(cancel);
            ClientFixture f;
            std::atomic<bool> closed = false;
            RawServer server([&](RawConnection& c) {
                CHECK(c.receive().size() > 5);  // the client's hello
                if (cancel) net::asio::post(f.io, [&] { f.cancellation.cancel(); });
                closed = c.wait_closed();
            });
            const auto tls = net::make_client_tls().value();
            if (!cancel) f.timeouts.connect = 60ms;
            auto client =
                f.client("https://127.0.0.1:" + std::to_string(server.port()), {}, tls.get());
            const auto pending = f.start_send(client);
            const auto result = f.finish(*pending);
            REQUIRE(result.failure);
            CHECK(result.failure->error.code ==
                  (cancel ? Errc::client_cancelled : Errc::upstream_unreachable));
            CHECK(result.failure->point == net::FailurePoint::before_send);
            server.finish();
            CHECK(closed);
        }
    }

    TEST_CASE("a server that does not speak TLS is an error, not a hang") {
        RawServer server([](RawConnection& c) {
            c.receive();
            c.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            c.receive();
        });
        const auto tls = net::make_client_tls().value();
        const Error error = failure_for("127.0.0.1", server, tls.get());
        CHECK(error.code == Errc::upstream_unreachable);
        CHECK(error.message.starts_with("cannot reach the upstream: TLS: "));
    }

    TEST_CASE("a CA file that is of no use is named") {
        const auto message = [](const std::string& path) {
            const auto tls = net::make_client_tls(path);
            REQUIRE_FALSE(tls.has_value());
            CHECK(tls.error().code == Errc::invalid_parameter);
            return tls.error().message;
        };
        CHECK(message("/nonexistent/ca.pem") ==
              "/nonexistent/ca.pem cannot be read: No such file or directory");
        const TestCertificate certificate("DNS:x");
        const std::string path = certificate.path();
        const std::string good = contents(path);
        write(path, "");
        CHECK(message(path) == path + " holds no certificate in PEM format");
        write(path, "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n");
        CHECK(message(path) == path + " holds no certificate in PEM format");
        write(path, good + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        CHECK(message(path) == path + " holds a damaged certificate: number 2");
        CHECK(message("/").starts_with("/ "));
    }

    TEST_CASE("a CA file may hold several certificates, comments and one of them twice") {
        const TestCertificate one("DNS:one.test");
        const TestCertificate two("IP:127.0.0.1");
        const std::string second = contents(two.path());
        write(one.path(), contents(one.path()) + "the other one:\n" + second + second);
        RawServer server(answer_one, two.server());
        const auto tls = net::make_client_tls(one.path()).value();
        ClientFixture f;
        auto client = f.client(server.url(), {}, tls.get());
        CHECK(f.fetch(client) == "secret");
    }
}
