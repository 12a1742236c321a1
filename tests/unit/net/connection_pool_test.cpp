#include "net/connection_pool.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::unique_ptr<net::Connection> connect_to(ClientFixture& f, std::uint16_t port) {
    auto connection = std::make_unique<net::Connection>(f.io.get_executor());
    const net::asio::ip::tcp::endpoint to(net::asio::ip::make_address("127.0.0.1"), port);
    REQUIRE_FALSE(f.run(connection->connect(to)));
    return connection;
}

}  // namespace

TEST_SUITE("connection pool") {
    TEST_CASE("the connection used last is used next, and old ones go") {
        ClientFixture f;
        RawListener listener;
        net::ConnectionPool pool(f.io.get_executor(), 8, 55s);
        auto a = connect_to(f, listener.port());
        auto b = connect_to(f, listener.port());
        const net::Connection* first = a.get();
        const net::Connection* second = b.get();
        const SteadyTime now = steady_now();
        pool.release(std::move(a), now);
        pool.release(std::move(b), now + 10s);
        CHECK(pool.size() == 2);

        b = pool.acquire(now + 20s);
        CHECK(b.get() == second);
        pool.release(std::move(b), now + 20s);
        a = pool.acquire(now + 54s);
        CHECK(a.get() == second);
        CHECK(pool.size() == 1);
        CHECK(pool.acquire(now + 54s).get() == first);
        CHECK(pool.acquire(now + 54s) == nullptr);

        pool.release(std::move(a), now + 60s);
        CHECK(pool.acquire(now + 115s) == nullptr);
        CHECK(pool.size() == 0);
    }

    TEST_CASE("the oldest makes room") {
        ClientFixture f;
        RawListener listener;
        net::ConnectionPool pool(f.io.get_executor(), 2, 55s);
        const SteadyTime now = steady_now();
        std::vector<const net::Connection*> made;
        for (int i = 0; i < 3; ++i) {
            auto connection = connect_to(f, listener.port());
            made.push_back(connection.get());
            pool.release(std::move(connection), now);
        }
        CHECK(pool.size() == 2);
        auto last = pool.acquire(now);
        CHECK(last.get() == made[2]);
        CHECK(pool.acquire(now).get() == made[1]);
    }

    TEST_CASE("what was closed on either side is not given out") {
        ClientFixture f;
        RawListener listener;
        net::ConnectionPool pool(f.io.get_executor(), 8, 55s);
        const SteadyTime now = steady_now();
        auto closed_here = connect_to(f, listener.port());
        ::close(listener.accept());
        auto closed_there = connect_to(f, listener.port());
        ::close(listener.accept());
        closed_here->close();
        pool.release(std::move(closed_here), now);
        pool.release(std::move(closed_there), now);
        CHECK(pool.acquire(now) == nullptr);
        CHECK(pool.size() == 0);
    }

    TEST_CASE("expired connections are closed without anybody asking") {
        ClientFixture f;
        RawListener listener;
        net::ConnectionPool pool(f.io.get_executor(), 8, 55s);
        pool.release(connect_to(f, listener.port()), steady_now() - 56s);
        CHECK(pool.size() == 1);
        f.run_until([&] { return pool.size() == 0; });
        CHECK(pool.size() == 0);
    }
}
