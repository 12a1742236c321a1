// Decisions in the running daemon: share, fallback, privacy, explain.
#include <algorithm>
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// All final rows in the order of their decisions.
std::vector<storage::AttemptRow> decided_rows(const std::string& db) {
    storage::LedgerReader reader(db);
    std::vector<storage::AttemptRow> rows;
    storage::QueryFilter filter;
    filter.limit = 1000;
    for (;;) {
        auto page = reader.recent(filter);
        if (!page || page->rows.empty()) break;
        for (auto& row : page->rows) {
            if (row.final) rows.push_back(row);
        }
        filter.before_rowid = page->rowids.back();
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.decision_seq < b.decision_seq; });
    return rows;
}

}  // namespace

TEST_CASE("the external share stays within the allowance at every prefix, under concurrency") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "80"}}));
    std::atomic<int> failures{0};
    std::vector<std::thread> clients;
    for (int client = 0; client < 8; ++client) {
        clients.emplace_back([&] {
            HttpConnection connection(router.port());
            for (int i = 0; i < 50; ++i) {
                const auto answer = connection.request("POST", "/v1/chat/completions",
                                                       chat_body(i % 2 == 0 ? kComplex : "Hi"));
                if (answer.status != 200) ++failures;
            }
        });
    }
    for (auto& client : clients)
        client.join();
    CHECK(failures == 0);
    const auto rows = decided_rows(router.db());
    REQUIRE(rows.size() == 400);
    std::int64_t external = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(rows[i].decision_seq == static_cast<std::int64_t>(i) + 1);
        external += rows[i].query_local ? 0 : 1;
        REQUIRE(external * 100 <= 20 * static_cast<std::int64_t>(i + 1));
    }
    CHECK(external >= 70);  // 50% ask, 20% may: the allowance is used
}

TEST_CASE("the share goes on where it was after a restart") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "50"}}));
    for (int i = 0; i < 10; ++i)
        router.post("/v1/chat/completions", chat_body(kComplex));
    const auto before = router.app->services().share->snapshot();
    router.restart();
    const auto after = router.app->services().share->snapshot();
    CHECK(before.total == 10);
    CHECK(after.total == before.total);
    CHECK(after.external == before.external);
    CHECK(after.window_external == before.window_external);
}

TEST_CASE("when the local model fails the query falls back, and the row says so") {
    TestRouter router(TestRouter::with_external());
    simulator::Behaviour broken;
    broken.error_status = 500;
    router.simulator->set_behaviour("mistral:7b", broken);
    const HttpAnswer answer = router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-local") == "0");
    const auto rows = json_at(router.get("/router/queries").body, "/queries");
    CHECK(json_at(rows, "/0/fallback") == "true");
    CHECK(json_at(rows, "/0/query_local") == "false");
    CHECK(json_at(rows, "/1/status") == "error");
    CHECK(json_at(rows, "/1/final") == "false");
    CHECK(json_at(router.get("/router/stats").body, "/fallbacks") == "1");
}

TEST_CASE(
    "with fallback never, or local-only, a local failure stays local and is the client's error") {
    for (const bool by_header : {false, true}) {
        TestRouter router(
            TestRouter::with_external({{"LLM_FALLBACK_POLICY", by_header ? "always" : "never"}}));
        simulator::Behaviour broken;
        broken.error_status = 500;
        router.simulator->set_behaviour("mistral:7b", broken);
        std::map<std::string, std::string> headers;
        if (by_header) headers["x-router-privacy"] = "local-only";
        const HttpAnswer answer =
            router.post("/v1/chat/completions", chat_body("What is 2+2?"), headers);
        CHECK(answer.status == 500);
        CHECK(json_at(answer.body, "/error/code") == "upstream_error");
        for (const auto& entry : router.simulator->requests())
            CHECK(entry.path == "/api/chat");
    }
}

TEST_CASE("embeddings never fall back") {
    TestRouter router(TestRouter::with_external());
    simulator::Behaviour broken;
    broken.error_status = 500;
    router.simulator->set_behaviour("nomic-embed-text:latest", broken);
    const HttpAnswer answer = router.post("/v1/embeddings", R"({"model":"auto","input":"x"})");
    CHECK(answer.status == 500);
    CHECK(router.simulator->requests().size() == 1);
}

TEST_CASE("headers narrow the route and a wish for external is still bound by the share") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
    const auto local_of = [&](std::map<std::string, std::string> headers, const std::string& text) {
        return router.post("/v1/chat/completions", chat_body(text), headers)
            .header("x-router-local");
    };
    CHECK(local_of({{"x-router-route", "external"}}, "Hi") == "0");
    CHECK(local_of({{"x-router-route", "local"}}, kComplex) == "1");
    CHECK(local_of({{"x-router-privacy", "local-only"}}, kComplex) == "1");
    TestRouter strict(TestRouter::with_external());
    CHECK(strict.post("/v1/chat/completions", chat_body("Hi"), {{"x-router-route", "external"}})
              .header("x-router-local") == "1");
    CHECK(strict.post("/v1/chat/completions", chat_body("Hi"), {{"x-router-type", "code"}})
              .header("x-router-model") == "deepseek-coder:6.7b");
}

TEST_CASE("a chat cannot be declared an embedding") {
    TestRouter router;
    const std::map<std::string, std::string> declared{{"x-router-type", "embedding"}};
    for (const std::string path : {"/v1/chat/completions", "/router/explain"}) {
        CAPTURE(path);
        const HttpAnswer refused = router.post(path, chat_body("Hi"), declared);
        CHECK(refused.status == 400);
        CHECK(refused.header("x-router-error") == "invalid_parameter");
        CHECK(json_at(refused.body, "/error/param") == "x-router-type");
    }
    CHECK(router.simulator->request_count() == 0);
    const HttpAnswer vectors =
        router.post("/v1/embeddings", R"({"model":"auto","input":"a"})", declared);
    CHECK(vectors.status == 200);
}

TEST_CASE("explain answers what dispatch then does, and dispatches nothing") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
    for (const std::string text :
         {"What is 2+2?", "Write a Python function that sorts a list", kComplex.c_str()}) {
        const std::string explained = router.post("/router/explain", chat_body(text)).body;
        CHECK(router.simulator->request_count() == 0);
        CHECK(json_at(explained, "/type") != "");
        CHECK(json_at(explained, "/reasons/0") != "");
        CHECK(json_at(explained, "/plan/0/why") != "");
        TestRouter other(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
        const HttpAnswer answer = other.post("/v1/chat/completions", chat_body(text));
        CHECK(answer.header("x-router-model") == json_at(explained, "/model"));
        CHECK(answer.header("x-router-type") == json_at(explained, "/type"));
        CHECK(answer.header("x-router-complexity") == json_at(explained, "/complexity"));
    }
}

TEST_CASE("a full queue is answered 503 with Retry-After and its row") {
    TestRouter router(Environment{{"LLM_LOCAL_PARALLEL", "1"}, {"LLM_LOCAL_QUEUE", "1"}});
    simulator::Behaviour slow;
    slow.first_token_delay = std::chrono::seconds(30);
    router.simulator->set_behaviour(slow);
    HttpConnection first(router.port());
    first.send("POST", "/v1/chat/completions", chat_body("Hi"));
    REQUIRE(router.simulator->wait_for(
        [](const std::vector<simulator::RequestLogEntry>& log) { return !log.empty(); },
        std::chrono::seconds(5)));
    HttpConnection second(router.port());
    second.send("POST", "/v1/chat/completions", chat_body("Hi"));
    while (router.app->services().admission->view(0, "mistral:7b").waiting == 0) {
        std::this_thread::yield();
    }
    const HttpAnswer third = router.post("/v1/chat/completions", chat_body("Hi"));
    CHECK(third.status == 503);
    CHECK(third.header("retry-after") != "");
    CHECK(json_at(third.body, "/error/code") == "queue_full");
    CHECK(json_at(router.get("/router/queries").body, "/queries/0/status") == "refused");
}

TEST_CASE("without any upstream the answer is a clear 503") {
    TestRouter router(Environment{{"OLLAMA_URL", "http://127.0.0.1:9"}});
    const HttpAnswer answer = router.post("/v1/chat/completions", chat_body("Hi"));
    CHECK(answer.status == 503);
    CHECK(json_at(answer.body, "/error/code") == "no_upstream");
    CHECK(router.get("/ready").status == 503);
    CHECK(router.get("/health").status == 200);
    CHECK(json_at(router.get("/health").body, "/status") == "degraded");
}
