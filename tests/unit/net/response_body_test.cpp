#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Sends `bytes` as the answer to one request and closes.
RawServer serve_once(std::string bytes) {
    return RawServer([bytes = std::move(bytes)](RawConnection& c) {
        c.read_request();
        c.send(bytes);
    });
}

/// The whole body with the number of times read_some gave something, or the error.
struct Reading {
    std::string body;
    int pieces = 0;
    std::optional<Error> error;
};

Reading read_pieces(ClientFixture& f, net::ClientExchange& exchange) {
    Reading reading;
    for (;;) {
        const std::size_t before = reading.body.size();
        const auto more = f.run(exchange.read_some(reading.body));
        if (!more) {
            reading.error = more.error();
            return reading;
        }
        if (!*more) return reading;
        CHECK(reading.body.size() > before);
        ++reading.pieces;
    }
}

}  // namespace

TEST_SUITE("response body") {
    TEST_CASE("a chunked answer is the same at every split") {
        const std::string wire = kChunkedHead +
                                 "4\r\nWiki\r\n5;ext=\"1\"\r\npedia\r\nB\r\n in\r\nchunks\r\n0\r\n"
                                 "X-Trailer: t\r\n\r\n";
        // One thread for both ends: what is sent is in the client's queue before it runs.
        RawListener listener;
        ClientFixture f;
        auto client = f.client(listener.url());
        auto pending = f.start_send(client);
        f.io.poll();
        RawConnection server(listener.accept(), 0, nullptr);
        for (std::size_t split = 1; split < wire.size(); ++split) {
            CAPTURE(split);
            f.run_until([&] { return client.idle_connections() == 0; });
            for (int i = 0; i < 8; ++i)
                f.io.poll();
            server.read_request();
            server.send(wire.substr(0, split));
            for (int i = 0; i < 8; ++i)
                f.io.poll();
            std::string body;
            if (pending->done()) {
                auto exchange = std::move(f.finish(*pending).exchange);
                REQUIRE(exchange);
                auto reading = f.start(exchange->read_all(1000));
                for (int i = 0; i < 8; ++i)
                    f.io.poll();
                server.send(wire.substr(split));
                body = f.finish(*reading).value();
            } else {
                server.send(wire.substr(split));
                auto exchange = std::move(f.finish(*pending).exchange);
                REQUIRE(exchange);
                body = f.read_all(*exchange).value();
            }
            CHECK(body == "Wikipedia in\r\nchunks");
            CHECK(client.idle_connections() == 1);
            pending = f.start_send(client);
        }
    }

    TEST_CASE("bodies sent byte by byte arrive whole") {
        const std::string tail = "\r\n0\r\n\r\n";
        const std::vector<std::pair<std::string, std::string>> cases{
            {kChunkedHead + "3\r\nabc" + tail, "abc"},
            {kChunkedHead + "0\r\n\r\n", ""},
            {kChunkedHead + "1\r\na\r\n1\r\nb" + tail, "ab"},
            {"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef", "abcdef"},
            {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
            {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end", "until the end"},
            {"HTTP/1.0 200 OK\r\n\r\nold", "old"},
            {"HTTP/1.1 204 No Content\r\n\r\n", ""},
        };
        for (const auto& [wire, expected] : cases) {
            CAPTURE(wire);
            RawServer server([&sent = wire](RawConnection& c) {
                c.read_request();
                c.send_bytewise(sent);
            });
            ClientFixture f;
            auto client = f.client(server.url());
            CHECK(f.fetch(client) == expected);
        }
    }

    TEST_CASE("the stream is handed on as it comes") {
        RawListener listener;
        ClientFixture f;
        auto client = f.client(listener.url());
        auto pending = f.start_send(client);
        f.io.poll();
        RawConnection server(listener.accept(), 0, nullptr);
        server.send(kChunkedHead + "3\r\none\r\n");
        auto result = f.finish(*pending);
        REQUIRE(result.exchange);
        std::string out = "before ";
        CHECK(f.run(result.exchange->read_some(out)).value());
        CHECK(out == "before one");
        auto next = f.start(result.exchange->read_some(out));
        for (int i = 0; i < 8; ++i)
            f.io.poll();
        CHECK_FALSE(next->done());
        server.send("3\r\ntwo\r\n");
        CHECK(f.finish(*next).value());
        CHECK(out == "before onetwo");
        server.send("0\r\n\r\n");
        CHECK_FALSE(f.run(result.exchange->read_some(out)).value());
        CHECK_FALSE(f.run(result.exchange->read_some(out)).value());
        CHECK(client.idle_connections() == 1);
    }

    TEST_CASE("a large body arrives whole and in pieces of at most 64 KiB") {
        std::string body(3'000'000, '\0');
        for (std::size_t i = 0; i < body.size(); ++i)
            body[i] = static_cast<char>(i * 131 >> 3);
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.answer(body);
            c.read_request();
            c.answer("kept");
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        const Reading reading = read_pieces(f, *result.exchange);
        CHECK(reading.body == body);
        CHECK(reading.pieces >= 46);
        CHECK(f.fetch(client) == "kept");
    }

    TEST_CASE("a large request body arrives whole") {
        std::string sent(8'000'000, 'a');
        std::string received;
        RawServer server([&](RawConnection& c) {
            received = c.read_request().body;
            c.answer("x");
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.run(client.send(f.request(sent), nullptr));
        REQUIRE(result.exchange);
        CHECK(f.read_all(*result.exchange).value() == "x");
        server.finish();
        CHECK(received == sent);
    }

    TEST_CASE("informational answers are skipped") {
        auto server = serve_once(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Thing: yes\r\n\r\nok");
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        CHECK(result.exchange->status() == 201);
        CHECK(result.exchange->header("x-thing") == "yes");
        CHECK(result.exchange->header("link") == "");
        CHECK(f.read_all(*result.exchange).value() == "ok");
    }

    TEST_CASE("the answer to HEAD has no body, whatever its length says") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            c.read_request();
            c.answer("next");
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto request = f.request("");
        request.method = "HEAD";
        auto result = f.run(client.send(request, nullptr));
        REQUIRE(result.exchange);
        CHECK(f.read_all(*result.exchange).value() == "");
        CHECK(f.fetch(client) == "next");
        CHECK(server.connections() == 1);
    }

    TEST_CASE("an error status is an answer like any other") {
        auto server = serve_once("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nfail");
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        CHECK(result.exchange->status() == 500);
        CHECK(f.read_all(*result.exchange).value() == "fail");
    }

    TEST_CASE("redirects are not followed") {
        auto server = serve_once(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        CHECK(result.exchange->status() == 302);
        CHECK(server.connections() == 1);
    }

    TEST_CASE("an answer that comes before the request is read is used, its connection is not") {
        RawServer server([](RawConnection& c) {
            c.receive();
            c.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
            if (c.index() == 0) c.read_request();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        const std::string body(1'000, 'a');
        auto result = f.run(client.send(f.request(body), nullptr));
        REQUIRE(result.exchange);
        CHECK(result.exchange->status() == 413);
    }

    TEST_CASE("an end that comes too soon is a cut") {
        const std::vector<std::string> wires{
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            kChunkedHead + "3\r\nabc\r\n",
            kChunkedHead + "8\r\nabc",
            kChunkedHead + "3\r\nabc\r\n0\r\n",
        };
        for (const auto& wire : wires) {
            CAPTURE(wire);
            auto server = serve_once(wire);
            ClientFixture f;
            auto client = f.client(server.url());
            auto result = f.send(client);
            REQUIRE(result.exchange);
            const Reading reading = read_pieces(f, *result.exchange);
            CHECK(reading.body == "abc");
            REQUIRE(reading.error);
            CHECK(reading.error->code == Errc::upstream_stream_cut);
            const auto again = f.read_all(*result.exchange);
            REQUIRE_FALSE(again.has_value());
            CHECK(again.error().code == Errc::upstream_stream_cut);
            CHECK(client.idle_connections() == 0);
        }
    }

    TEST_CASE("malformed chunks are an error") {
        for (const std::string wire : {"zz\r\nabc\r\n", "3\r\nabcde\r\n", "-1\r\n",
                                       "fffffffffffffffff\r\nabc", "3 3\r\nabc\r\n"}) {
            CAPTURE(wire);
            auto server = serve_once(kChunkedHead + wire);
            ClientFixture f;
            auto client = f.client(server.url());
            auto result = f.send(client);
            REQUIRE(result.exchange);
            const Reading reading = read_pieces(f, *result.exchange);
            REQUIRE(reading.error);
            CHECK(reading.error->code == Errc::upstream_bad_response);
        }
    }

    TEST_CASE("a chunk header without end is not buffered without end") {
        auto server = serve_once(kChunkedHead + "3;" + std::string(300'000, 'x'));
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        const Reading reading = read_pieces(f, *result.exchange);
        REQUIRE(reading.error);
        CHECK(reading.error->code == Errc::upstream_bad_response);
    }

    TEST_CASE("malformed or ambiguous heads are refused") {
        const std::vector<std::string> wires{
            "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 abc OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n",
            "HTTP/1.1 200 O",
        };
        for (const auto& wire : wires) {
            CAPTURE(wire.substr(0, 80));
            auto server = serve_once(wire);
            ClientFixture f;
            auto client = f.client(server.url());
            const auto result = f.send(client);
            REQUIRE(result.failure);
            CHECK(result.failure->error.code == Errc::upstream_bad_response);
            CHECK(result.failure->point == net::FailurePoint::uncertain);
        }
    }

    TEST_CASE("read_all refuses what is larger than its limit") {
        RawServer server([](RawConnection& c) {
            c.read_request();
            c.answer(std::string(1000, 'x'));
            c.wait_closed();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        const auto body = f.run(result.exchange->read_all(999));
        REQUIRE_FALSE(body.has_value());
        CHECK(body.error().code == Errc::upstream_bad_response);
        auto second = f.send(client);
        REQUIRE(second.exchange);
        CHECK(f.run(second.exchange->read_all(1000)).value().size() == 1000);
    }

    TEST_CASE("bytes after the end of the answer cost the connection, not the answer") {
        auto server = serve_once("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA");
        ClientFixture f;
        auto client = f.client(server.url());
        CHECK(f.fetch(client) == "ok");
        CHECK(client.idle_connections() == 0);
    }

    TEST_CASE("an exchange dropped early closes its connection") {
        std::atomic<bool> closed = false;
        RawServer server([&](RawConnection& c) {
            c.read_request();
            c.send(kChunkedHead + "3\r\nabc\r\n");
            closed = c.wait_closed();
        });
        ClientFixture f;
        auto client = f.client(server.url());
        auto result = f.send(client);
        REQUIRE(result.exchange);
        std::string out;
        CHECK(f.run(result.exchange->read_some(out)).value());
        result.exchange.reset();
        server.finish();
        CHECK(closed);
        CHECK(client.idle_connections() == 0);
    }
}
