#include "net/resolver.hpp"

#include <doctest/doctest.h>

#include "net/address_cache.hpp"
#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

net::Addresses addresses(std::initializer_list<const char*> texts) {
    net::Addresses list;
    for (const char* text : texts)
        list.push_back(net::asio::ip::make_address(text));
    return list;
}

}  // namespace

TEST_SUITE("resolver") {
    TEST_CASE("families alternate, beginning with the first, without duplicates") {
        CHECK(net::interleave(addresses({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"})) ==
              addresses({"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}));
        CHECK(net::interleave(addresses({"10.0.0.1", "10.0.0.1", "::1"})) ==
              addresses({"10.0.0.1", "::1"}));
        CHECK(net::interleave(addresses({"10.0.0.2", "10.0.0.1"})) ==
              addresses({"10.0.0.2", "10.0.0.1"}));
        CHECK(net::interleave({}).empty());
    }

    TEST_CASE("the cache forgets after its time") {
        net::AddressCache cache(30s);
        const SteadyTime now{};
        cache.store("a", addresses({"10.0.0.1"}), now);
        REQUIRE(cache.find("a", now + 29s) != nullptr);
        CHECK(*cache.find("a", now + 29s) == addresses({"10.0.0.1"}));
        CHECK(cache.find("a", now + 30s) == nullptr);
        CHECK(cache.find("b", now) == nullptr);
        cache.store("a", addresses({"10.0.0.2"}), now + 40s);
        CHECK(*cache.find("a", now + 41s) == addresses({"10.0.0.2"}));
    }

    TEST_CASE("literal addresses need no look-up") {
        ClientFixture f;
        for (const char* text : {"127.0.0.1", "::1", "192.0.2.7"}) {
            const auto found = f.run(f.resolver.resolve(text, 80));
            REQUIRE(found.has_value());
            REQUIRE(found->size() == 1);
            CHECK(found->front() ==
                  net::asio::ip::tcp::endpoint(net::asio::ip::make_address(text), 80));
        }
    }

    TEST_CASE("remembered names come from the cache, interleaved") {
        ClientFixture f;
        f.resolver.remember("name.test", addresses({"::1", "::2", "127.0.0.1"}));
        const auto found = f.run(f.resolver.resolve("name.test", 81));
        REQUIRE(found.has_value());
        REQUIRE(found->size() == 3);
        CHECK((*found)[1].address().to_string() == "127.0.0.1");
        CHECK((*found)[1].port() == 81);
    }

    TEST_CASE("several callers share one query") {
        ClientFixture f;
        const auto a = f.start(f.resolver.resolve("localhost", 1));
        const auto b = f.start(f.resolver.resolve("localhost", 2));
        const auto first = f.finish(*a);
        const auto second = f.finish(*b);
        REQUIRE(first.has_value());
        REQUIRE(second.has_value());
        CHECK(first->front().address() == second->front().address());
        CHECK(first->front().port() == 1);
        CHECK(second->front().port() == 2);
        CHECK(first->front().address().is_loopback());
    }

    TEST_CASE("an impossible name is an error that does not repeat it") {
        ClientFixture f;
        const auto found = f.run(f.resolver.resolve(std::string(70, 'a') + ".test", 80));
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().code == Errc::upstream_unreachable);
        CHECK(found.error().message.find("aaa") == std::string::npos);
    }

    TEST_CASE("a caller may give up; the query goes on for the others") {
        ClientFixture f;
        net::Timer limit(f.io.get_executor(), 1h);
        const auto impatient = f.start(f.resolver.resolve("localhost", 1, limit));
        const auto patient = f.start(f.resolver.resolve("localhost", 2));
        f.io.run_one();
        limit.cancel();
        const auto given_up = f.finish(*impatient);
        REQUIRE_FALSE(given_up.has_value());
        CHECK(given_up.error().code == Errc::upstream_unreachable);
        CHECK(f.finish(*patient).has_value());
    }

    TEST_CASE("the resolver may go while a query is under way") {
        ClientFixture f;
        auto resolver = std::make_unique<net::Resolver>(f.io.get_executor());
        const auto pending = f.start(resolver->resolve("localhost", 1));
        f.io.run_one();
        resolver.reset();
        const auto found = f.finish(*pending);
        CHECK((found.has_value() || found.error().code == Errc::upstream_unreachable));
    }
}
