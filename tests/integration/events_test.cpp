// GET /router/events and /router/status: what a page sees while it happens.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// Reads a stream of server-sent events, one after the other.
class EventReader {
public:
    explicit EventReader(HttpConnection& connection)
        : connection_(connection), answer_(connection.read_head()) {}

    const HttpAnswer& answer() const { return answer_; }

    struct Event {
        std::string name;
        std::string id;
        std::string data;
    };
    /// The next event of that name; an empty one at the end of the stream.
    Event next(const std::string& name) {
        for (Event event = next(); !event.name.empty(); event = next())
            if (event.name == name) return event;
        return {};
    }

private:
    Event next() {
        std::size_t end = 0;
        while ((end = text_.find("\n\n")) == std::string::npos) {
            const std::string chunk = connection_.read_chunk(answer_);
            if (chunk.empty()) return {};
            text_ += chunk;
        }
        Event event;
        std::string block = text_.substr(0, end);
        text_.erase(0, end + 2);
        for (const std::string& line : split_list(block, '\n')) {
            if (line.starts_with("event: ")) event.name = line.substr(7);
            if (line.starts_with("id: ")) event.id = line.substr(4);
            if (line.starts_with("data: ")) event.data = line.substr(6);
        }
        return event;
    }

    HttpConnection& connection_;
    HttpAnswer answer_;
    std::string text_;
};

}  // namespace

TEST_CASE("a listener hears of every query as it ends, as /router/queries tells it later") {
    TestRouter router;
    HttpConnection connection(router.port());
    connection.send("GET", "/router/events");
    EventReader events(connection);
    CHECK(events.answer().status == 200);
    CHECK(events.answer().header("content-type") == "text/event-stream");
    CHECK(events.answer().header("cache-control") == "no-cache, no-transform");
    CHECK(json_at(events.next("status").data, "/upstreams/0/name") == "ollama");

    std::string last_id;
    for (const char* text : {"What is 2+2?", "Write a Python function that sorts a list"}) {
        const HttpAnswer answer = router.post("/v1/chat/completions", chat_body(text));
        const auto event = events.next("query");
        CHECK(json_at(event.data, "/request_id") == answer.header("x-router-request-id"));
        CHECK(event.id > last_id);
        last_id = event.id;
        const std::string row = router.get("/router/queries?limit=1").body;
        for (const char* name : {"request_id", "type", "model", "reason", "total", "status"})
            CHECK(json_at(event.data, fmt::format("/{}", name)) ==
                  json_at(row, fmt::format("/queries/0/{}", name)));
        CHECK(json_at(event.data, "/id").empty());
    }
}

TEST_CASE("the end of the router is the end of the stream") {
    TestRouter router;
    HttpConnection connection(router.port());
    connection.send("GET", "/router/events");
    EventReader events(connection);
    CHECK_FALSE(events.next("status").data.empty());
    router.app->stop();
    CHECK(events.next("query").name.empty());
    CHECK(events.answer().complete);
}

TEST_CASE("only so many listen at a time, and one that leaves makes room") {
    TestRouter router;
    std::vector<std::unique_ptr<HttpConnection>> connections;
    for (std::size_t i = 0; i < daemon::LiveEvents::kMostListeners; ++i) {
        connections.push_back(std::make_unique<HttpConnection>(router.port()));
        connections.back()->send("GET", "/router/events");
        REQUIRE(connections.back()->read_head().status == 200);
    }
    const HttpAnswer refused = router.get("/router/events");
    CHECK(refused.status == 429);
    CHECK(refused.header("x-router-error") == "rate_limited");
    connections.pop_back();
    int status = 0;
    for (int i = 0; i < 2000 && status != 200; ++i) {
        HttpConnection next(router.port());
        next.send("GET", "/router/events");
        status = next.read_head().status;
    }
    CHECK(status == 200);
}

TEST_CASE("HEAD of the stream is its head alone") {
    TestRouter router;
    HttpConnection connection(router.port());
    const HttpAnswer head = connection.request("HEAD", "/router/events");
    CHECK(head.status == 200);
    CHECK(head.header("content-type") == "text/event-stream");
    CHECK(connection.request("GET", "/ready").status == 200);
}

TEST_CASE("the status names upstreams, models, queues and breakers") {
    TestRouter router(TestRouter::with_external());
    CHECK(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    const HttpAnswer status = router.get("/router/status");
    CHECK(status.status == 200);
    CHECK(json_at(status.body, "/local_share/total") == "1");
    CHECK(json_at(status.body, "/ledger/state") == "ok");
    CHECK(json_at(status.body, "/upstreams/0/status") == "up");
    CHECK(json_at(status.body, "/upstreams/0/models/0/waiting") == "0");
    CHECK(json_at(status.body, "/upstreams/0/models/0/breaker") == "closed");
    CHECK(json_at(status.body, "/upstreams/1/local") == "false");
    CHECK(json_at(status.body, "/upstreams/1/models/0/in_memory") == "null");
}

TEST_CASE("where keys are set, events and status want one") {
    TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", "laptop=client-key-0123456789"}});
    for (const char* path :
         {"/router/events", "/router/status", "/router/tuning", "/router/replay"})
        CHECK(router.get(path).status == 401);
    CHECK(router.get("/router/status", {{"x-api-key", "client-key-0123456789"}}).status == 200);
}
