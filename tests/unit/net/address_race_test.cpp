#include "net/address_race.hpp"

#include <string>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "tests/support/raw_server.hpp"
#include "tests/support/unreachable_port.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

using Endpoint = net::asio::ip::tcp::endpoint;

constexpr in_addr_t kSecond = INADDR_LOOPBACK + 1;
constexpr in_addr_t kThird = INADDR_LOOPBACK + 2;

Endpoint at(in_addr_t host, std::uint16_t port) {
    return {net::asio::ip::address_v4(host), port};
}

struct Race {
    ClientFixture f;
    net::AddressRace race{f.io.get_executor()};

    net::AddressRace::Outcome run(std::vector<Endpoint> addresses,
                                  std::chrono::milliseconds limit = 20s) {
        return f.run(race.run(std::move(addresses), steady_now() + limit));
    }
};

}  // namespace

TEST_SUITE("address race") {
    TEST_CASE("the first address that answers is taken") {
        RawListener listener;
        Race r;
        const auto outcome = r.run({at(INADDR_LOOPBACK, listener.port())});
        CHECK_FALSE(outcome.ec);
        REQUIRE(outcome.connection);
        CHECK(outcome.connection->peer_is_local());
        CHECK(outcome.connection->is_quiet());
    }

    TEST_CASE("a silent address is overtaken by the next after 250 ms") {
        RawListener listener;
        FullListener silent(kSecond);
        Race r;
        const auto started = steady_now();
        const auto outcome =
            r.run({at(kSecond, silent.port()), at(INADDR_LOOPBACK, listener.port())});
        const auto took = steady_now() - started;
        REQUIRE(outcome.connection);
        CHECK(took >= 250ms);
        CHECK(took < 10s);  // the limit is 20 s: nobody waited for the silent one
        CHECK(outcome.connection->is_quiet());
    }

    TEST_CASE("a refused address gives way at once, and does not disturb those under way") {
        RawListener listener;
        FullListener silent(kSecond);
        Race r;
        const auto outcome =
            r.run({at(kThird, closed_port()), at(kSecond, silent.port()), at(kThird, closed_port()),
                   at(kThird, closed_port()), at(INADDR_LOOPBACK, listener.port())});
        CHECK(outcome.connection != nullptr);
    }

    TEST_CASE("of several failures the last is reported") {
        Race r;
        const auto outcome = r.run({at(kSecond, closed_port()), at(kThird, closed_port())});
        CHECK_FALSE(outcome.connection);
        CHECK(outcome.ec == net::asio::error::connection_refused);
        Race none;
        CHECK(none.run({}).ec == net::asio::error::host_not_found);
    }

    TEST_CASE("silence to the end is a timeout") {
        FullListener silent;
        Race r;
        const auto outcome =
            r.run({at(INADDR_LOOPBACK, silent.port()), at(kSecond, closed_port())}, 300ms);
        CHECK_FALSE(outcome.connection);
        CHECK(outcome.ec == net::asio::error::timed_out);
    }

    TEST_CASE("it can be called off") {
        FullListener silent;
        Race r;
        const auto pending =
            r.f.start(r.race.run({at(INADDR_LOOPBACK, silent.port())}, steady_now() + 20s));
        net::asio::post(r.f.io, [&] { r.race.cancel(); });
        const auto outcome = r.f.finish(*pending);
        CHECK_FALSE(outcome.connection);
        CHECK(outcome.ec == net::asio::error::operation_aborted);
    }
}
