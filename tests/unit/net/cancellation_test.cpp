#include <atomic>
#include <string>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/support/unreachable_port.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const Error& error_of(const net::SendResult& result) {
    REQUIRE(result.failure);
    REQUIRE_FALSE(result.exchange);
    return result.failure->error;
}

}  // namespace

TEST_SUITE("cancellation") {
    TEST_CASE("before anything has happened") {
        ClientFixture f;
        f.cancellation.cancel();
        auto client = f.client("http://127.0.0.1:" + std::to_string(closed_port()));
        auto pending = f.start_send(client);
        const auto result = f.finish(*pending);
        CHECK(error_of(result).code == Errc::client_cancelled);
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("while the name is looked up") {
        ClientFixture f;
        auto client = f.client("http://localhost:" + std::to_string(closed_port()));
        auto pending = f.start_send(client);
        f.io.run_one();
        f.cancellation.cancel();
        const auto result = f.finish(*pending);
        CHECK(error_of(result).code == Errc::client_cancelled);
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("while connecting") {
        FullListener full;
        ClientFixture f;
        auto client = f.client(full.url());
        auto pending = f.start_send(client);
        for (int i = 0; i < 8; ++i)
            f.io.poll();
        REQUIRE_FALSE(pending->done());
        f.cancellation.cancel();
        const auto result = f.finish(*pending);
        CHECK(error_of(result).code == Errc::client_cancelled);
        CHECK(result.failure->point == net::FailurePoint::before_send);
    }

    TEST_CASE("while waiting for the answer: the server sees the close") {
        ClientFixture f;
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            net::asio::post(f.io, [&] { f.cancellation.cancel(); });
            closed = c.wait_closed();
        });
        auto client = f.client(server.url());
        auto pending = f.start_send(client);
        const auto result = f.finish(*pending);
        CHECK(error_of(result).code == Errc::client_cancelled);
        CHECK(result.failure->point == net::FailurePoint::uncertain);
        server.finish();
        CHECK(closed);
        CHECK(server.connections() == 1);
    }

    TEST_CASE("while waiting on a reused connection: no retry") {
        ClientFixture f;
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.answer("x");
            c.read_request();
            net::asio::post(f.io, [&] { f.cancellation.cancel(); });
            closed = c.wait_closed();
        });
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "x");
        auto pending = f.start_send(client);
        const auto result = f.finish(*pending);
        CHECK(error_of(result).code == Errc::client_cancelled);
        server.finish();
        CHECK(closed);
        CHECK(server.connections() == 1);
    }

    TEST_CASE("in the body, waiting or not: the server sees the close") {
        for (const bool waiting : {false, true}) {
            CAPTURE(waiting);
            ClientFixture f;
            std::atomic<bool> closed = false;
            RawServer server([&](RawConnection& c) {
                c.read_request();
                c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                closed = c.wait_closed();
            });
            auto client = f.client(server.url());
            auto sending = f.start_send(client);
            auto result = f.finish(*sending);
            REQUIRE(result.exchange);
            std::string out;
            CHECK(f.run(result.exchange->read_some(out)).value());
            if (waiting) {
                const auto reading = f.start(result.exchange->read_some(out));
                for (int i = 0; i < 8; ++i)
                    f.io.poll();
                REQUIRE_FALSE(reading->done());
                f.cancellation.cancel();
                const auto more = f.finish(*reading);
                REQUIRE_FALSE(more.has_value());
                CHECK(more.error().code == Errc::client_cancelled);
            } else {
                f.cancellation.cancel();
            }
            server.finish();
            CHECK(closed);
            const auto after = f.read_all(*result.exchange);
            REQUIRE_FALSE(after.has_value());
            CHECK(after.error().code == Errc::client_cancelled);
            CHECK(out == "abc");
        }
    }

    TEST_CASE("after the end it does no harm") {
        RawServer server([](RawConnection& c) {
            for (int i = 0; i < 2; ++i) {
                c.read_request();
                c.answer("x");
            }
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto pending = f.start_send(client);
        auto result = f.finish(*pending);
        REQUIRE(result.exchange);
        CHECK(f.read_all(*result.exchange).value() == "x");
        f.cancellation.cancel();
        CHECK(f.fetch(client) == "x");
        CHECK(server.connections() == 1);
    }

    TEST_CASE("the event loop may go while requests are under way") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.wait_closed();
        });
        {
            ClientFixture f;
            auto client = f.client(server.url());
            auto pending = f.start_send(client);
            for (int i = 0; i < 8; ++i)
                f.io.poll();
            CHECK_FALSE(pending->done());
        }
        server.finish();
        CHECK(server.failure() == "");
    }
}
