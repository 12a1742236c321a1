#include "daemon/pulse.hpp"

#include <deque>

#include <doctest/doctest.h>

using llmr::daemon::Pulse;

namespace {

/// Event loops that turn only when told to.
struct Loops {
    std::vector<std::deque<std::function<void()>>> queues;

    explicit Loops(std::size_t count) : queues(count) {}
    Pulse::Post post() {
        return [this](std::size_t loop, std::function<void()> answer) {
            queues[loop].push_back(std::move(answer));
        };
    }
    void turn(std::size_t loop) {
        for (auto& handler : queues[loop])
            handler();
        queues[loop].clear();
    }
};

}  // namespace

TEST_SUITE("pulse") {
    TEST_CASE("alive is who has answered with every loop") {
        Loops loops(3);
        Pulse pulse(3);
        CHECK(pulse.alive());
        pulse.beat(loops.post());
        CHECK_FALSE(pulse.alive());
        loops.turn(0);
        loops.turn(2);
        CHECK_FALSE(pulse.alive());
        loops.turn(1);
        CHECK(pulse.alive());
    }

    TEST_CASE("a loop that hangs is asked once, and the others again") {
        Loops loops(2);
        Pulse pulse(2);
        for (int i = 0; i < 5; ++i) {
            pulse.beat(loops.post());
            loops.turn(0);
            CHECK_FALSE(pulse.alive());
        }
        CHECK(loops.queues[1].size() == 1);
        loops.turn(1);
        CHECK(pulse.alive());
        pulse.beat(loops.post());
        CHECK(loops.queues[1].size() == 1);
    }
}
