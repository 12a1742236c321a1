#include "daemon/live_events.hpp"

#include <doctest/doctest.h>

using llmr::daemon::LiveEvents;

namespace {

llmr::storage::AttemptRow row(const std::string& id) {
    llmr::storage::AttemptRow row;
    row.request_id = id;
    return row;
}

}  // namespace

TEST_SUITE("live events") {
    TEST_CASE("each listener hears everything, in order, and is woken for the first of its queue") {
        LiveEvents events;
        events.publish(row("nobody listens"));
        int woken = 0;
        const auto one = events.listen([&woken] { ++woken; });
        const auto other = events.listen([] {});
        events.publish(row("first"));
        events.publish(row("second"));
        CHECK(woken == 1);
        const auto heard = one->take();
        REQUIRE(heard.events.size() == 2);
        CHECK(heard.events[0]->starts_with("event: query\nid: 1\ndata: {\"request_id\":\"first\""));
        CHECK(heard.events[1]->find("\"second\"") != std::string::npos);
        CHECK(heard.events[1]->ends_with("}\n\n"));
        CHECK(heard.lost == 0);
        CHECK(one->take().events.empty());
        CHECK(other->take().events.size() == 2);
        events.publish(row("third"));
        CHECK(woken == 2);
    }

    TEST_CASE("a listener that does not take loses what comes late, and hears how much") {
        LiveEvents events;
        const auto slow = events.listen([] {});
        const auto most = static_cast<std::int64_t>(LiveEvents::kMostQueued);
        for (std::int64_t i = 0; i < most + 5; ++i)
            events.publish(row("row"));
        const auto heard = slow->take();
        CHECK(static_cast<std::int64_t>(heard.events.size()) == most);
        CHECK(heard.lost == 5);
        CHECK(slow->take().lost == 0);
    }

    TEST_CASE("places of listeners that are gone are free again") {
        LiveEvents events;
        std::vector<std::shared_ptr<LiveEvents::Listener>> held;
        for (std::size_t i = 0; i < LiveEvents::kMostListeners; ++i)
            held.push_back(events.listen([] {}));
        CHECK(events.listen([] {}) == nullptr);
        held.pop_back();
        CHECK(events.listen([] {}) != nullptr);
    }

    TEST_CASE("all are woken when the daemon stops") {
        LiveEvents events;
        int woken = 0;
        const auto one = events.listen([&woken] { ++woken; });
        events.wake_all();
        CHECK(woken == 1);
    }
}
