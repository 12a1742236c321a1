#include <atomic>
#include <string>

#include <doctest/doctest.h>

#include "net/connection_pool.hpp"
#include "net/local_address.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

net::asio::ip::address address(const char* text) {
    return net::asio::ip::make_address(text);
}

/// Leads to this machine, and yet no address that a local-only request may use.
const char* const kUnspecified = "0.0.0.0";

/// Answers "x" to every request and counts the connections.
class CountingServer {
public:
    std::string url(const std::string& host) const {
        return "http://" + host + ":" + std::to_string(server_.port());
    }
    std::atomic<int> connections{0};

private:
    RawServer server_{[this](RawConnection& c) {
        ++connections;
        for (;;) {
            c.read_request();
            c.answer("x");
        }
    }};
};

class LocalOnlyFixture : public ClientFixture {
public:
    net::SendResult send_with(net::HttpClient& client, LocalOnly rule, bool external = false) {
        net::ClientRequest made = request();
        made.local_only = rule;
        made.external = external;
        return run(client.send(std::move(made), nullptr));
    }
    std::string fetch_with(net::HttpClient& client, LocalOnly rule) {
        net::SendResult result = send_with(client, rule);
        if (!result.exchange) return result.failure->error.message;
        return read_all(*result.exchange).value();
    }
    net::HttpClient::Options options(bool external, LocalOnly rule = LocalOnly::no) const {
        net::HttpClient::Options made;
        made.external = external;
        made.local_only = rule;
        return made;
    }
};

void check_refused(const net::SendResult& result, const std::string& message) {
    REQUIRE(result.failure);
    CHECK_FALSE(result.exchange);
    CHECK(result.failure->error.code == Errc::external_not_allowed);
    CHECK(result.failure->error.message == message);
    CHECK(result.failure->point == net::FailurePoint::before_send);
}

}  // namespace

TEST_SUITE("local only") {
    TEST_CASE("local addresses are those of this machine and its network") {
        for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "172.16.0.1",
                                 "172.31.255.255", "192.168.1.1", "169.254.0.1", "100.64.0.1",
                                 "fd00::1", "fe80::1", "fe80::1%lo", "::ffff:10.0.0.1"}) {
            CAPTURE(text);
            CHECK(net::is_local_address(address(text)));
        }
        for (const char* text : {"203.0.113.1", "8.8.8.8", "172.32.0.1", "192.169.0.1",
                                 "100.128.0.1", "0.0.0.0", "::", "2001:db8::1", "64:ff9b::7f00:1",
                                 "2002:7f00:1::", "::ffff:8.8.8.8", "224.0.0.1"}) {
            CAPTURE(text);
            CHECK_FALSE(net::is_local_address(address(text)));
        }
    }

    TEST_CASE("an external upstream gets no connection, however near it is") {
        CountingServer server;
        LocalOnlyFixture f;
        auto client = f.client(server.url("127.0.0.1"), f.options(/*external=*/true));
        check_refused(f.send_with(client, LocalOnly::by_header),
                      "the upstream is external, which x-router-privacy: local-only rules out");
        check_refused(f.send_with(client, LocalOnly::by_key),
                      "the upstream is external, which LLM_LOCAL_ONLY_KEYS rules out");
        CHECK(server.connections == 0);
        CHECK(f.fetch_with(client, LocalOnly::no) == "x");
        // Nor one that another request has left open.
        CHECK(client.idle_connections() == 1);
        check_refused(f.send_with(client, LocalOnly::by_header),
                      "the upstream is external, which x-router-privacy: local-only rules out");
        CHECK(client.idle_connections() == 1);
    }

    TEST_CASE("the name of an external upstream is not looked up") {
        LocalOnlyFixture f;
        // Looking this one up fails at once, and in other words: a label has at most 63 characters.
        auto client =
            f.client("http://" + std::string(70, 'a') + ".test:80", f.options(/*external=*/true));
        check_refused(f.send_with(client, LocalOnly::by_header),
                      "the upstream is external, which x-router-privacy: local-only rules out");
        CHECK(f.send_with(client, LocalOnly::no).failure->error.code == Errc::upstream_unreachable);
    }

    TEST_CASE("a cloud model behind a near server is refused") {
        CountingServer server;
        LocalOnlyFixture f;
        auto client = f.client(server.url("127.0.0.1"));
        check_refused(f.send_with(client, LocalOnly::by_header, /*external=*/true),
                      "the upstream is external, which x-router-privacy: local-only rules out");
        CHECK(server.connections == 0);
    }

    TEST_CASE("a client that is local-only needs no word of the request") {
        CountingServer server;
        LocalOnlyFixture f;
        auto external = f.client(server.url("127.0.0.1"), f.options(true, LocalOnly::by_setting));
        check_refused(f.send_with(external, LocalOnly::no),
                      "the upstream is external, which LLM_PRIVACY=local-only rules out");
        f.resolver.remember("rebound.test", {address("203.0.113.1"), address("2001:db8::1")});
        auto near = f.client(server.url("rebound.test"), f.options(false, LocalOnly::by_setting));
        check_refused(f.send_with(near, LocalOnly::no),
                      "the upstream's name leads outside this machine and its network, which "
                      "LLM_PRIVACY=local-only rules out");
        CHECK(server.connections == 0);
        auto here = f.client(server.url("127.0.0.1"), f.options(false, LocalOnly::by_setting));
        CHECK(f.fetch_with(here, LocalOnly::no) == "x");
    }

    TEST_CASE("of a name's addresses only the local ones are tried") {
        CountingServer server;
        LocalOnlyFixture f;
        f.resolver.remember("mixed.test", {address(kUnspecified), address("127.0.0.1")});
        auto client = f.client(server.url("mixed.test"));
        CHECK(f.fetch_with(client, LocalOnly::by_header) == "x");
        // What it left is fit for the next such request: the peer was 127.0.0.1.
        CHECK(f.fetch_with(client, LocalOnly::by_header) == "x");
        CHECK(server.connections == 1);
    }

    TEST_CASE("a pooled connection to elsewhere is passed over, and kept for others") {
        CountingServer server;
        LocalOnlyFixture f;
        f.resolver.remember("name.test", {address(kUnspecified)});
        auto client = f.client(server.url("name.test"));
        CHECK(f.fetch_with(client, LocalOnly::no) == "x");
        REQUIRE(client.idle_connections() == 1);
        check_refused(f.send_with(client, LocalOnly::by_key),
                      "the upstream's name leads outside this machine and its network, which "
                      "LLM_LOCAL_ONLY_KEYS rules out");
        f.resolver.remember("name.test", {address("127.0.0.1")});
        CHECK(f.fetch_with(client, LocalOnly::by_key) == "x");
        CHECK(server.connections == 2);
        CHECK(client.idle_connections() == 2);
        CHECK(f.fetch_with(client, LocalOnly::no) == "x");
        CHECK(f.fetch_with(client, LocalOnly::by_key) == "x");
        CHECK(server.connections == 2);
    }

    TEST_CASE("a local-only request takes the local connection from under others") {
        ClientFixture f;
        RawListener listener;
        const auto connect_to = [&](const char* host) {
            auto made = std::make_unique<net::Connection>(f.io.get_executor());
            const net::asio::ip::tcp::endpoint to(address(host), listener.port());
            REQUIRE_FALSE(f.run(made->connect(to)));
            return made;
        };
        net::ConnectionPool pool(f.io.get_executor(), 8, 55s);
        auto near = connect_to("127.0.0.1");
        auto far = connect_to(kUnspecified);
        CHECK(near->peer_is_local());
        CHECK_FALSE(far->peer_is_local());
        const net::Connection* const local = near.get();
        const SteadyTime now = steady_now();
        pool.release(std::move(near), now);
        pool.release(std::move(far), now);
        near = pool.acquire(now, /*local_only=*/true);
        CHECK(near.get() == local);
        CHECK(pool.acquire(now, /*local_only=*/true) == nullptr);
        CHECK(pool.size() == 1);
        CHECK(pool.acquire(now) != nullptr);
    }
}
