#include "net/deadline.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "tests/unit/net/client_fixture.hpp"

using namespace llmr;
using namespace llmr::test;

TEST_SUITE("deadline") {
    TEST_CASE("it fires once, at the moment set last") {
        ClientFixture f;
        int fired = 0;
        net::Deadline deadline(f.io.get_executor(), [&] { ++fired; });
        deadline.set(steady_now() + 1h);
        deadline.set(steady_now() + 1ms);
        f.run_until([&] { return fired > 0; });
        f.io.poll();
        CHECK(fired == 1);
    }

    TEST_CASE("one that is cleared or moved in time does not fire") {
        ClientFixture f;
        int fired = 0;
        int marker = 0;
        net::Deadline cleared(f.io.get_executor(), [&] { ++fired; });
        net::Deadline moved(f.io.get_executor(), [&] { ++fired; });
        net::Deadline later(f.io.get_executor(), [&] { ++marker; });
        cleared.set(steady_now());
        cleared.clear();
        moved.set(steady_now());
        moved.set(steady_now() + 1h);
        later.set(steady_now() + 2ms);
        f.run_until([&] { return marker == 1; });
        CHECK(fired == 0);
    }

    TEST_CASE("it may be destroyed with a wait pending, and by its own function") {
        ClientFixture f;
        int fired = 0;
        std::unique_ptr<net::Deadline> own;
        net::Deadline(f.io.get_executor(), [&] { fired += 10; }).set(steady_now());
        own = std::make_unique<net::Deadline>(f.io.get_executor(), [&] {
            ++fired;
            own.reset();
        });
        own->set(steady_now());
        f.run_until([&] { return fired > 0; });
        f.io.poll();
        CHECK(fired == 1);
    }
}
