// Time: events pass as they come, a client that leaves stops its upstream.
#include <algorithm>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;
using namespace std::chrono_literals;

namespace {

/// Asks until the ledger shows `count` rows; the last answer of /router/queries.
std::string wait_for_rows(const TestRouter& router, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    std::string rows;
    do {
        rows = router.get("/router/queries").body;
        if (json_at(rows, "/queries/" + std::to_string(count - 1) + "/status") != "" &&
            rows.find("\"status\":\"open\"") == std::string::npos) {
            break;
        }
    } while (std::chrono::steady_clock::now() < deadline);
    return rows;
}

simulator::Behaviour paced(double tokens_per_second, int tokens) {
    simulator::Behaviour behaviour;
    behaviour.tokens_per_second = tokens_per_second;
    behaviour.answer_tokens = tokens;
    return behaviour;
}

}  // namespace

namespace {

/// How many events of a stream came at once with the one before, the ends left out.
int joined_events(const HttpAnswer& answer) {
    int joined = 0;
    for (std::size_t i = 2; i + 2 < answer.chunk_times.size(); ++i)
        joined += answer.chunk_times[i] - answer.chunk_times[i - 1] < 25ms ? 1 : 0;
    return joined;
}

}  // namespace

TEST_CASE("with 50 ms between upstream tokens the client sees 50 ms between events") {
    TestRouter router;
    router.simulator->set_behaviour(paced(20, 12));
    for (const std::string path : {"/v1/chat/completions", "/api/chat"}) {
        int least = 100;
        // A busy machine may hold everybody up for longer than that, but not every time.
        for (int tries = 0; tries < 5 && least > 2; ++tries) {
            const HttpAnswer answer =
                router.post(path, chat_body("What is 2+2?", "\"stream\":true"));
            REQUIRE(answer.complete);
            REQUIRE(answer.chunk_times.size() >= 10);
            least = std::min(least, joined_events(answer));
        }
        CHECK(least <= 2);
    }
}

TEST_CASE("a client that leaves closes the upstream within 100 ms and leaves its row") {
    TestRouter router;
    router.simulator->set_behaviour(paced(20, 400));
    HttpConnection connection(router.port());
    connection.send("POST", "/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    HttpAnswer head = connection.read_head();
    REQUIRE(head.status == 200);
    REQUIRE(connection.read_chunk(head) != "");
    REQUIRE(connection.read_chunk(head) != "");
    connection.close();
    const auto left = std::chrono::steady_clock::now();
    REQUIRE(router.simulator->wait_for(
        [](const std::vector<simulator::RequestLogEntry>& log) {
            return !log.empty() && log.back().closed_after_us > 0;
        },
        5s));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - left;
    MESSAGE("the upstream was closed after " << took.count() << " ms");

    const std::string rows = wait_for_rows(router, 1);
    CHECK(json_at(rows, "/queries/0/status") == "client_cancelled");
    CHECK(json_at(rows, "/queries/0/usage_source") == "estimated");
    CHECK(json_at(rows, "/queries/0/output_tokens") != "0");
    CHECK(json_at(rows, "/queries/0/final") == "true");
}

TEST_CASE("a client that leaves before the first token leaves its row, too") {
    TestRouter router;
    simulator::Behaviour slow;
    slow.first_token_delay = 30s;
    router.simulator->set_behaviour(slow);
    {
        HttpConnection connection(router.port());
        connection.send("POST", "/v1/chat/completions", chat_body("What is 2+2?"));
        REQUIRE(router.simulator->wait_for(
            [](const std::vector<simulator::RequestLogEntry>& log) { return !log.empty(); }, 5s));
    }
    const std::string rows = wait_for_rows(router, 1);
    CHECK(json_at(rows, "/queries/0/status") == "client_cancelled");
    CHECK(json_at(rows, "/queries/0/http_client") == "499");
}

TEST_CASE("an answer that breaks off ends with an in-band error and no made-up end") {
    TestRouter router;
    simulator::Behaviour cut;
    cut.answer_tokens = 60;
    cut.cut_after_bytes = 900;
    router.simulator->set_behaviour(cut);
    const HttpAnswer openai =
        router.post("/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    CHECK(openai.status == 200);
    CHECK_FALSE(openai.complete);
    CHECK(openai.body.find("[DONE]") == std::string::npos);
    CHECK(openai.body.find("upstream_stream_cut") != std::string::npos);
    const HttpAnswer ollama = router.post("/api/chat", chat_body("What is 2+2?"));
    CHECK_FALSE(ollama.complete);
    CHECK(ollama.body.find("\"done\":true") == std::string::npos);
    CHECK(ollama.body.find("{\"error\":") != std::string::npos);
    const std::string rows = wait_for_rows(router, 2);
    CHECK(json_at(rows, "/queries/0/status") == "upstream_cut");
}

TEST_CASE("SIGTERM's drain lets a stream finish, refuses new connections and keeps every row") {
    TestRouter router(Environment{{"LLM_ROUTER_DRAIN_SECONDS", "20"}});
    router.simulator->set_behaviour(paced(100, 60));
    HttpConnection connection(router.port());
    connection.send("POST", "/api/chat", chat_body("What is 2+2?"));
    HttpAnswer head = connection.read_head();
    REQUIRE(connection.read_chunk(head) != "");
    bool committed = false;
    std::thread stopping([&] { committed = router.app->stop(); });
    std::string body;
    for (std::string chunk; !(chunk = connection.read_chunk(head)).empty();)
        body += chunk;
    stopping.join();
    CHECK(head.complete);
    CHECK(body.find("\"done\":true") != std::string::npos);
    CHECK(committed);
    CHECK_THROWS(HttpConnection(router.port()));
}

TEST_CASE("what does not finish in the drain time is ended with an in-band error and its row") {
    TestRouter router(Environment{{"LLM_ROUTER_DRAIN_SECONDS", "0"}});
    router.simulator->set_behaviour(paced(5, 1000));
    HttpConnection connection(router.port());
    connection.send("POST", "/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    HttpAnswer head = connection.read_head();
    REQUIRE(connection.read_chunk(head) != "");
    REQUIRE(connection.read_chunk(head) != "");
    std::thread stopping([&] { CHECK(router.app->stop()); });
    std::string body;
    for (std::string chunk; !(chunk = connection.read_chunk(head)).empty();)
        body += chunk;
    stopping.join();
    CHECK(body.find("shutting_down") != std::string::npos);
    CHECK_FALSE(head.complete);
    storage::LedgerReader reader(router.db());
    auto page = reader.recent({});
    REQUIRE(page.has_value());
    REQUIRE(page->rows.size() == 1);
    CHECK(page->rows[0].status == AttemptStatus::error);
    CHECK(page->rows[0].error_code == "shutting_down");
}

TEST_CASE("heartbeats keep a silent SSE stream alive and can be switched off") {
    simulator::Behaviour slow;
    slow.first_token_delay = 2500ms;
    TestRouter router(Environment{{"LLM_ROUTER_HEARTBEAT_SECONDS", "1"}});
    router.simulator->set_behaviour(slow);
    const HttpAnswer beating =
        router.post("/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    CHECK(beating.body.starts_with(":"));
    CHECK(beating.body.ends_with("data: [DONE]\n\n"));
    CHECK(beating.complete);
    TestRouter quiet(Environment{{"LLM_ROUTER_HEARTBEAT_SECONDS", "0"}});
    slow.first_token_delay = 1500ms;
    quiet.simulator->set_behaviour(slow);
    const HttpAnswer silent =
        quiet.post("/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    CHECK(silent.body.starts_with("data:"));
}

TEST_CASE("a query that lasts is in the ledger before its answer, and once after it") {
    TestRouter router;
    simulator::Behaviour slow;
    slow.first_token_delay = 400ms;
    router.simulator->set_behaviour(slow);
    HttpConnection connection(router.port());
    connection.send("POST", "/v1/chat/completions", chat_body("What is 2+2?"));
    std::string rows;
    do {
        rows = router.get("/router/queries").body;
    } while (json_at(rows, "/queries/0/status").empty());
    CHECK(json_at(rows, "/queries/0/status") == "open");
    const HttpAnswer answer = connection.read_answer();
    CHECK(answer.status == 200);
    rows = router.get("/router/queries").body;
    CHECK(json_at(rows, "/queries/0/status") == "ok");
    CHECK(json_at(rows, "/queries/1/status").empty());
}
