#include <atomic>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/support/unreachable_port.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

net::asio::ip::address address(const char* text) {
    return net::asio::ip::make_address(text);
}

const Error& error_of(const net::SendResult& result) {
    REQUIRE(result.failure);
    REQUIRE_FALSE(result.exchange);
    return result.failure->error;
}

}  // namespace

TEST_SUITE("client failures") {
    TEST_CASE("a refused connection is reported as such, without the address") {
        ClientFixture f;
        auto client = f.client("http://127.0.0.1:" + std::to_string(closed_port()));
        const auto result = f.send(client);
        CHECK(error_of(result).code == Errc::upstream_unreachable);
        CHECK(error_of(result).message == "cannot reach the upstream: connection refused");
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("a refused address gives way to the next at once") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
        });
        ClientFixture f;
        // 127.0.0.2 is loopback too, but the server does not listen there.
        f.resolver.remember("two.test", {address("127.0.0.2"), address("127.0.0.1")});
        auto client = f.client("http://two.test:" + std::to_string(server.port()));
        CHECK(f.fetch(client) == "x");
    }

    TEST_CASE("a silent address gives way to the next") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
        });
        FullListener silent(INADDR_LOOPBACK + 1, server.port());
        ClientFixture f;
        f.resolver.remember("two.test", {address("127.0.0.2"), address("127.0.0.1")});
        auto client = f.client("http://two.test:" + std::to_string(server.port()));
        CHECK(f.fetch(client) == "x");
    }

    TEST_CASE("connecting has a deadline") {
        FullListener full;
        ClientFixture f;
        f.timeouts.connect = 60ms;
        auto client = f.client(full.url());
        const auto result = f.send(client);
        CHECK(error_of(result).code == Errc::upstream_unreachable);
        CHECK(error_of(result).message ==
              "cannot reach the upstream: connecting timed out after 60 ms");
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("a name that cannot be is not found") {
        ClientFixture f;
        // A label has at most 63 characters: no name server is asked.
        auto client = f.client("http://" + std::string(70, 'a') + ".test:80");
        const auto result = f.send(client);
        CHECK(error_of(result).code == Errc::upstream_unreachable);
        CHECK(error_of(result).message.starts_with("cannot reach the upstream: name"));
        CHECK(error_of(result).message.find("aaaa") == std::string::npos);
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("an answer that does not begin in time is a timeout") {
        for (const std::string begin : {"", "HTTP/1.1 200 OK\r\nContent-"}) {
            CAPTURE(begin);
            std::atomic<bool> closed = false;
            RawServer server([&](RawConnection& c) {
                c.read_request();
                c.send(begin);
                closed = c.wait_closed();
            });
            ClientFixture f;
            f.timeouts.first_byte = 50ms;
            auto client = f.client(server.url());
            const auto result = f.send(client);
            CHECK(error_of(result).code == Errc::upstream_timeout);
            CHECK(error_of(result).message == "the upstream sent no answer within 50 ms");
            CHECK(result.failure->point == net::FailurePoint::uncertain);
            server.finish();
            CHECK(closed);
            CHECK(server.connections() == 1);
        }
    }

    TEST_CASE("a timeout on a reused connection is not retried") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.read_request();
            c.wait_closed();
        });
        ClientFixture f;
        f.timeouts.first_byte = 50ms;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "x");
        const auto result = f.send(client);
        CHECK(error_of(result).code == Errc::upstream_timeout);
        CHECK(server.connections() == 1);
    }

    TEST_CASE("a request that is not taken in time is a timeout") {
        RawServer server([](RawConnection& c) {
            c.receive();
            while (!c.receive().empty()) {
            }
        });
        ClientFixture f;
        f.timeouts.first_byte = 100ms;
        auto client = f.client(server.url());
        const std::string body(4'000'000, 'x');
        const auto result = f.run(client.send(f.request(body), nullptr));
        CHECK(error_of(result).code == Errc::upstream_timeout);
        CHECK(result.failure->point == net::FailurePoint::uncertain);
    }

    TEST_CASE("a stream that falls silent is a timeout") {
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            closed = c.wait_closed();
        });
        ClientFixture f;
        f.timeouts.idle = 50ms;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        const auto body = f.read_all(*result.exchange);
        REQUIRE_FALSE(body.has_value());
        CHECK(body.error().code == Errc::upstream_timeout);
        CHECK(body.error().message == "the upstream sent nothing more within 50 ms");
        server.finish();
        CHECK(closed);
    }

    TEST_CASE("header injection is refused before anything is sent") {
        RawServer server([](RawConnection& c) { c.read_request(); });
        ClientFixture f;
        auto client = f.client(server.url());
        auto request = f.request();
        request.headers.emplace_back("Authorization", "Bearer abc\r\nX-Evil: 1");
        const auto result = f.run(client.send(request, nullptr));
        CHECK(error_of(result).code == Errc::internal);
        CHECK(error_of(result).message.find("abc") == std::string::npos);
        CHECK(result.failure->point == net::FailurePoint::before_send);
        CHECK(server.connections() == 0);
    }

    TEST_CASE("what is sent is what was asked for") {
        std::string head;
        std::string body;
        RawServer server([&](RawConnection& c) {
            auto request = c.read_request();
            head = request.head;
            body = request.body;
            c.answer("x");
        });
        ClientFixture f;
        auto client = f.client(server.url() + "/prefix/");
        auto request = f.request("{\"a\":1}");
        request.headers.emplace_back("Content-Type", "application/json");
        auto result = f.run(client.send(request, nullptr));
        REQUIRE(result.exchange);
        server.finish();
        CHECK(head ==
              "POST /prefix/api/chat HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                  "\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n");
        CHECK(body == "{\"a\":1}");
    }
}
