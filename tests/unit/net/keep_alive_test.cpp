#include <atomic>

#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

TEST_SUITE("keep-alive") {
    TEST_CASE("five requests need one connection") {
        RawServer server([](RawConnection& c) {
            for (int i = 0; i < 5; ++i) {
                c.read_request();
                c.answer(std::to_string(i));
            }
        });
        ClientFixture f;
        auto client = f.client(server.url());
        std::string bodies;
        for (int i = 0; i < 5; ++i)
            bodies += f.fetch(client);
        CHECK(bodies == "01234");
        CHECK(client.idle_connections() == 1);
        CHECK(server.connections() == 1);
        CHECK(server.failure() == "");
    }

    TEST_CASE("concurrent requests use connections of their own, and both are kept") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.wait_closed();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        const auto a = f.start_send(client);
        const auto b = f.start(client.send(f.request(), nullptr));
        auto first = f.finish(*a);
        auto second = f.finish(*b);
        CHECK(f.read_all(*first.exchange).value() == "x");
        CHECK(f.read_all(*second.exchange).value() == "x");
        CHECK(server.connections() == 2);
        CHECK(client.idle_connections() == 2);
    }

    TEST_CASE("no more than max_idle connections are kept") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.wait_closed();
        });
        ClientFixture f;
        net::HttpClient::Options options;
        options.max_idle = 1;
        auto client = f.client(server.url(), options);
        const auto a = f.start_send(client);
        const auto b = f.start(client.send(f.request(), nullptr));
        auto first = f.finish(*a);
        auto second = f.finish(*b);
        f.read_all(*first.exchange).value();
        f.read_all(*second.exchange).value();
        CHECK(client.idle_connections() == 1);
    }

    TEST_CASE("a connection that is idle for longer than its time is closed") {
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.answer("x");
            closed = c.wait_closed();
        });
        ClientFixture f;
        net::HttpClient::Options options;
        options.idle_ttl = 0s;
        auto client = f.client(server.url(), options);
        CHECK(f.fetch(client) == "x");
        f.run_until([&] { return closed.load(); });
        CHECK(client.idle_connections() == 0);
    }

    TEST_CASE("a connection that the server closed while idle is not used again") {
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.answer(std::to_string(c.index()));
            if (c.index() == 1) c.wait_closed();
            c.close();
            closed = true;
        });
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "0");
        f.run_until([&] { return closed.load(); });
        CHECK(f.fetch(client) == "1");
        CHECK(server.connections() == 2);
    }

    TEST_CASE("bytes nobody asked for make an idle connection unusable") {
        std::atomic<bool> sent = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.answer(std::to_string(c.index()));
            if (c.index() == 0) c.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            sent = true;
            c.receive();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "0");
        f.run_until([&] { return sent.load(); });
        CHECK(f.fetch(client) == "1");
        CHECK(server.connections() == 2);
    }

    TEST_CASE("the answer says close: the connection is not kept") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x", "Connection: close\r\n");
            c.wait_closed();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "x");
        CHECK(client.idle_connections() == 0);
        CHECK(f.fetch(client) == "x");
        CHECK(server.connections() == 2);
    }

    TEST_CASE("after shutdown nothing is kept") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.wait_closed();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        client.shutdown();
        CHECK(f.read_all(*result.exchange).value() == "x");
        CHECK(client.idle_connections() == 0);
    }

    TEST_CASE("an exchange may outlive its client") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.wait_closed();
        });
        ClientFixture f;
        net::SendResult result;
        {
            auto client = f.client(server.url());
            result = f.send(client);
        }
        CHECK(f.read_all(*result.exchange).value() == "x");
    }
}

TEST_SUITE("stale connections") {
    TEST_CASE("a reused connection that dies without an answer is replaced once") {
        for (const bool with_reset : {false, true}) {
            CAPTURE(with_reset);
            RawServer server([&](RawConnection& c) {
                c.read_request();
                c.answer(std::to_string(c.index()));
                if (c.index() == 1) return;
                c.read_request();
                if (with_reset) c.reset();
            });
            ClientFixture f;
            auto client = f.client(server.url());
            CHECK(f.fetch(client) == "0");
            CHECK(f.fetch(client) == "1");
            CHECK(server.connections() == 2);
        }
    }

    TEST_CASE("a new connection that dies without an answer is an error at once") {
        RawServer server([](RawConnection& c) { c.read_request(); });
        ClientFixture f;
        auto client = f.client(server.url());
        const auto result = f.send(client);
        REQUIRE(result.failure);
        CHECK(result.failure->error.code == Errc::upstream_unreachable);
        CHECK(result.failure->error.message ==
              "the upstream closed the connection without an answer");
        CHECK(result.failure->point == net::FailurePoint::uncertain);
        CHECK(server.connections() == 1);
    }

    TEST_CASE("the retry is the last one") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            if (c.index() > 0) return;
            c.answer("x");
            c.read_request();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "x");
        const auto result = f.send(client);
        REQUIRE(result.failure);
        CHECK(result.failure->error.code == Errc::upstream_unreachable);
        CHECK(server.connections() == 2);
    }

    TEST_CASE("no retry once a byte of an answer has arrived") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.read_request();
            c.send("HTTP/1.1 2");
        });
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "x");
        const auto result = f.send(client);
        REQUIRE(result.failure);
        CHECK(result.failure->error.code == Errc::upstream_bad_response);
        CHECK(result.failure->point == net::FailurePoint::uncertain);
        CHECK(server.connections() == 1);
    }
}
