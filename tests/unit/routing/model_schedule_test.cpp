#include "routing/model_schedule.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;
using namespace std::chrono_literals;
using Tickets = std::vector<ModelSchedule::Ticket>;
using std::chrono::microseconds;

namespace {

const std::string kA = "mistral:7b";
const std::string kB = "codellama:13b";
const std::string kC = "llama3.1:8b";

ScheduleLimits one_at_a_time() {
    ScheduleLimits limits;
    limits.parallel = 2;
    limits.queue = 100;
    limits.max_loaded = 1;
    limits.min_residency = 10s;
    limits.max_wait = 60s;
    return limits;
}

/// A schedule, the time, and requests as one line each.
struct Host {
    explicit Host(const ScheduleLimits& limits = one_at_a_time()) : schedule(limits) {}

    /// Asks for a slot; true if it came at once.
    bool ask(const std::string& model, ModelSchedule::Ticket ticket) {
        if (schedule.try_start(model, now)) return true;
        schedule.enqueue(model, ticket, now);
        return schedule.grant(now) == Tickets{ticket};
    }
    /// Ends an answer that held its slot for `held`, `load` of it loading.
    Tickets end(const std::string& model, std::chrono::milliseconds held = 1s,
                microseconds load = 0us) {
        schedule.finish(model, now - held, load, now);
        return schedule.grant(now);
    }
    /// The whole of a request that is served at once.
    void serve(const std::string& model, microseconds load) {
        REQUIRE(ask(model, 0));
        const auto held = std::chrono::duration_cast<std::chrono::milliseconds>(load) + 1s;
        now += held;
        end(model, held, load);
    }
    bool loaded(const std::string& model) const { return schedule.view(model, now).loaded; }

    ModelSchedule schedule;
    SteadyTime now{1h};
};

}  // namespace

TEST_CASE("requests for the model in memory overtake those for one that must be loaded") {
    Host host;
    CHECK(host.ask(kA, 1));
    CHECK_FALSE(host.ask(kB, 2));
    CHECK(host.ask(kA, 3));
    CHECK_FALSE(host.ask(kA, 4));  // both slots are taken
    CHECK(host.end(kA) == Tickets{4});
    CHECK(host.schedule.view(kA, host.now).in_flight == 2);
    CHECK(host.schedule.view(kB, host.now).waiting == 1);
}

TEST_CASE("what waits for a model is served together once it is loaded, in order of arrival") {
    Host host;
    CHECK(host.ask(kA, 1));
    for (ModelSchedule::Ticket ticket = 2; ticket < 7; ++ticket)
        CHECK_FALSE(host.ask(kB, ticket));
    CHECK_FALSE(host.ask(kC, 7));
    host.now += 11s;
    CHECK(host.end(kA, 11s) == Tickets{2, 3});
    CHECK(host.end(kB) == Tickets{4});
    CHECK(host.end(kB) == Tickets{5});
    CHECK(host.end(kB) == Tickets{6});
    CHECK(host.loaded(kB));
    CHECK_FALSE(host.loaded(kA));
}

TEST_CASE("an idle model is kept for as long as loading it takes, then makes way") {
    Host host;
    host.serve(kA, 3s);
    CHECK_FALSE(host.ask(kB, 1));
    CHECK(host.schedule.next_due(host.now) == host.now + 3s);
    host.now += 2s;
    CHECK(host.schedule.grant(host.now).empty());
    CHECK(host.ask(kA, 2));  // the next request came in time
    host.now += 1s;
    CHECK(host.end(kA).empty());
    CHECK(host.schedule.next_due(host.now) == host.now + 3s);
    host.now += 3s;
    CHECK(host.schedule.grant(host.now) == Tickets{1});
    CHECK_FALSE(host.loaded(kA));
}

TEST_CASE("after its residency an idle model makes way at once") {
    Host host;
    host.serve(kA, 3s);
    host.now += 10s;
    CHECK(host.ask(kB, 1));
}

TEST_CASE("a model that answers is never swapped out, however long another waits") {
    Host host;
    CHECK(host.ask(kA, 1));
    CHECK_FALSE(host.ask(kB, 2));
    host.now += 10h;
    CHECK(host.schedule.grant(host.now).empty());
    CHECK(host.loaded(kA));
    CHECK(host.end(kA, 10h) == Tickets{2});
}

TEST_CASE("a model gets no further slots once another has waited for the longest wait") {
    Host host;
    CHECK(host.ask(kA, 1));
    CHECK_FALSE(host.ask(kB, 2));
    host.now += 60s - 1ms;
    CHECK(host.ask(kA, 3));
    CHECK(host.schedule.next_due(host.now) == host.now + 1ms);
    host.now += 1ms;
    CHECK(host.end(kA).empty());
    CHECK_FALSE(host.ask(kA, 4));
    CHECK(host.end(kA) == Tickets{2});
    // The turn of A comes when B has been there for its residency and A has waited long enough.
    CHECK(host.ask(kB, 5));
    host.now += 60s;
    CHECK(host.end(kB).empty());
    CHECK(host.end(kB) == Tickets{4});
}

TEST_CASE("a model that was just loaded stays for its residency while it has work") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_wait = 0s;
    Host host(limits);
    CHECK(host.ask(kA, 1));
    CHECK_FALSE(host.ask(kB, 2));
    host.now += 9s;
    CHECK(host.ask(kA, 3));
    CHECK(host.end(kA).empty());
    CHECK(host.ask(kA, 4));
    host.now += 1s;
    CHECK(host.end(kA).empty());
    CHECK_FALSE(host.ask(kA, 5));
    CHECK(host.end(kA) == Tickets{2});
}

TEST_CASE("the least recently used of several idle models makes way") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 2;
    Host host(limits);
    host.serve(kA, 1s);
    host.serve(kB, 1s);
    host.serve(kA, 0s);
    host.now += 1min;
    CHECK(host.ask(kC, 1));
    CHECK(host.loaded(kA));
    CHECK_FALSE(host.loaded(kB));
}

TEST_CASE("who leaves the queue is forgotten, and no longer drains the model in memory") {
    Host host;
    CHECK(host.ask(kA, 1));
    CHECK_FALSE(host.ask(kB, 2));
    host.now += 61s;
    CHECK_FALSE(host.ask(kA, 3));
    host.schedule.leave(kB, 2);
    host.schedule.leave(kB, 2);
    CHECK(host.schedule.grant(host.now) == Tickets{3});
    CHECK(host.schedule.next_due(host.now) == SteadyTime::max());
}

TEST_CASE("how many models fit is learned from one that had to be loaded again") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kA, 3s);
    host.serve(kB, 3s);
    CHECK(host.loaded(kA));
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
    host.serve(kA, 3s);  // B had taken its place
    CHECK(host.schedule.capacity() == 1);
    CHECK_FALSE(host.loaded(kB));
    SUBCASE("and from /api/ps, if more are there") {
        host.schedule.observe_loaded({kA, kB}, host.now);
        CHECK(host.schedule.capacity() == 2);
        CHECK(host.loaded(kB));
    }
    SUBCASE("but not from a model alone: its client let it go") {
        host.serve(kA, 3s);
        CHECK(host.schedule.capacity() == 1);
        CHECK(host.loaded(kA));
    }
}

TEST_CASE("it is learned also while both models are always in use, and then they take turns") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kA, 3s);
    host.serve(kB, 3s);
    host.now += 1ms;
    for (const std::string& model : {kA, kA, kB, kB})
        REQUIRE(host.ask(model, 1));
    host.now += 4s;
    host.end(kA, 4s);  // it was served at once, it says
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
    host.end(kB, 4s, 3s);
    CHECK(host.schedule.capacity() == 1);
    CHECK(host.loaded(kB));
    CHECK_FALSE(host.loaded(kA));
    CHECK_FALSE(host.ask(kA, 2));
    CHECK(host.ask(kB, 3));
    // What A still had in flight does not bring it back.
    host.now += 1s;
    CHECK(host.end(kA, 5s, 4s).empty());
    CHECK_FALSE(host.loaded(kA));
    host.now += 10s;
    CHECK(host.end(kB).empty());
    CHECK(host.end(kB) == Tickets{2});
}

TEST_CASE("a load that has another cause teaches nothing") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kA, 3s);
    host.serve(kB, 3s);
    SUBCASE("keep-alive may have run out") {
        host.now += 5min;
    }
    SUBCASE("the server said that the model was gone") {
        host.schedule.observe_loaded({}, host.now);
    }
    SUBCASE("another model was being loaded, and Ollama counts waiting for that") {
        REQUIRE(host.ask(kC, 1));
    }
    host.serve(kA, 3s);
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
}

TEST_CASE("a load that a larger context of ours causes does not teach that fewer models fit") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kA, 3s);
    host.serve(kB, 3s);
    REQUIRE(host.ask(kA, 1));
    const SteadyTime before = host.now;
    host.now += 1ms;
    REQUIRE(host.ask(kA, 2));
    const SteadyTime started = host.now;
    host.now += 1ms;
    const SteadyTime sent = host.schedule.reload(kA, started, host.now);
    CHECK(sent == host.now);
    CHECK(host.schedule.view(kA, host.now).wait >= 3s);  // who comes now waits for it
    host.now += 1s;
    SUBCASE("an answer from before shows nothing of the new load") {
        host.schedule.finish(kA, before, 0us, host.now);
    }
    SUBCASE("nor does /api/ps, which lists what is being loaded") {
        host.schedule.observe_loaded({kA, kB}, host.now);
        host.schedule.finish(kA, before, 0us, host.now);
    }
    host.now += 1ms;
    REQUIRE(host.ask(kA, 3));
    const SteadyTime behind = host.now;
    host.now += 2s;
    host.schedule.finish(kA, sent, 3s, host.now);
    host.schedule.finish(kA, behind, 2s, host.now);
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
    CHECK(host.loaded(kA));
    CHECK(host.loaded(kB));
    // With more context they may in fact not fit any more: that is learned as ever.
    host.now += 1s;
    host.serve(kB, 3s);
    CHECK(host.schedule.capacity() == 1);
}

TEST_CASE("nor if the larger context is asked for while the first load is under way") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kB, 3s);
    REQUIRE(host.ask(kA, 1));
    REQUIRE(host.ask(kA, 2));
    const SteadyTime first = host.now;
    const SteadyTime sent = host.schedule.reload(kA, first, host.now + 1ms);
    host.now += 4s;
    host.schedule.finish(kA, first, 3s, host.now);
    host.now += 1ms;
    REQUIRE(host.ask(kA, 3));
    const SteadyTime behind = host.now;
    host.now += 3s;
    host.schedule.finish(kA, behind, 3s, host.now);
    host.schedule.finish(kA, sent, 7s, host.now);
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
    CHECK(host.loaded(kA));
    CHECK(host.loaded(kB));
}

TEST_CASE("a model that has lost its place is not brought back by a request sent late") {
    Host host;
    CHECK(host.schedule.reload(kA, host.now, host.now + 1ms) == host.now);
    CHECK_FALSE(host.loaded(kA));
}

TEST_CASE("a model that /api/ps lists while it is loaded is not believed there yet") {
    ScheduleLimits limits = one_at_a_time();
    limits.max_loaded = 0;
    Host host(limits);
    host.serve(kB, 3s);
    REQUIRE(host.ask(kA, 1));
    const SteadyTime first = host.now;
    host.now += 1s;
    host.schedule.observe_loaded({kA, kB}, host.now);
    host.now += 1ms;
    REQUIRE(host.ask(kA, 2));
    const SteadyTime second = host.now;
    host.now += 2s;
    host.schedule.finish(kA, first, 3s, host.now);
    host.schedule.finish(kA, second, 2s, host.now);
    CHECK(host.schedule.capacity() == ModelCapacity::kUnlimited);
}

TEST_CASE("a configured number of models stands, whatever is seen") {
    Host host;
    host.schedule.observe_loaded({kA, kB}, host.now);
    CHECK(host.schedule.capacity() == 1);
}

TEST_CASE("/api/ps says what is in memory, but not of what changed since it was asked") {
    Host host;
    host.schedule.observe_loaded({kA}, host.now);
    CHECK(host.loaded(kA));
    const SteadyTime asked = host.now;
    host.now += 1s;
    CHECK(host.ask(kB, 1));  // A was not loaded by us, and has been idle
    host.schedule.observe_loaded({kA}, asked);
    CHECK_FALSE(host.loaded(kA));
    CHECK(host.loaded(kB));
    host.now += 1s;
    host.schedule.observe_loaded({}, host.now);
    CHECK(host.loaded(kB));  // in flight: still on its way
}

TEST_CASE("a request that failed before the model was seen does not count it as loaded") {
    Host host;
    CHECK(host.ask(kA, 1));
    host.schedule.finish(kA, host.now, std::nullopt, host.now);
    CHECK_FALSE(host.loaded(kA));
    CHECK(host.schedule.busy_models() == 0);
}

TEST_CASE("the expected wait grows with the queue, the load and what is in the way") {
    Host host;
    CHECK(host.schedule.view(kA, host.now).wait == 0us);  // nothing was measured yet
    host.serve(kB, 4s);
    host.now += 1min;
    host.serve(kA, 3s);
    CHECK(host.schedule.view(kA, host.now).wait == 0us);
    const microseconds other = host.schedule.view(kB, host.now).wait;
    CHECK(other == 3s + 4s);  // A is kept for 3 s more, then B is loaded
    CHECK(host.ask(kA, 1));
    CHECK(host.ask(kA, 2));
    const microseconds behind_two = host.schedule.view(kA, host.now).wait;
    CHECK(behind_two > 0us);
    CHECK_FALSE(host.ask(kA, 3));
    CHECK(host.schedule.view(kA, host.now).wait > behind_two);
    CHECK(host.schedule.view(kB, host.now).wait > other);
}
