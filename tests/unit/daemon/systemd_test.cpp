#include "daemon/systemd.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using llmr::daemon::systemd::watchdog_time;

TEST_SUITE("systemd") {
    TEST_CASE("the watchdog's time is what the service manager says, to this process") {
        CHECK_FALSE(watchdog_time({}, 7).has_value());
        CHECK(watchdog_time({{"WATCHDOG_USEC", "60000000"}}, 7) == 60s);
        CHECK(watchdog_time({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "7"}}, 7) == 60s);
        CHECK_FALSE(
            watchdog_time({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "8"}}, 7).has_value());
        for (const char* text : {"", "0", "-5", "soon", "12s", "99999999999999999999"}) {
            CAPTURE(text);
            CHECK_FALSE(watchdog_time({{"WATCHDOG_USEC", text}}, 7).has_value());
        }
    }
}
