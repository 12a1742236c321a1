// Queues of local models in the running daemon: memory, deadlines, what clients are told.
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kChat = "/v1/chat/completions";

std::string named(const std::string& model) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hi"}]})";
}

void wait_for_requests(const TestRouter& router, std::size_t count) {
    REQUIRE(router.simulator->wait_for(
        [count](const std::vector<simulator::RequestLogEntry>& log) { return log.size() == count; },
        std::chrono::seconds(10)));
}

void wait_for_waiting(const TestRouter& router, const std::string& model, int count) {
    while (router.app->services().admission->view(0, model).waiting != count)
        std::this_thread::yield();
}

simulator::Behaviour stalled() {
    simulator::Behaviour behaviour;
    behaviour.stall_after_bytes = 0;
    return behaviour;
}

const std::map<std::string, std::string> kSoon{{"x-router-deadline-ms", "50"}};

}  // namespace

TEST_CASE("requests for the model in memory go before an older one that needs another") {
    TestRouter router(Environment{{"LLM_LOCAL_MAX_LOADED", "1"}},
                      [](simulator::SimulatorOptions& options) { options.max_loaded = 1; });
    router.simulator->set_behaviour("mistral:7b", stalled());
    HttpConnection first(router.port());
    first.send("POST", kChat, named("mistral:7b"));
    wait_for_requests(router, 1);
    HttpConnection other(router.port());
    other.send("POST", kChat, named("codellama:13b"));
    wait_for_waiting(router, "codellama:13b", 1);
    router.simulator->set_behaviour("mistral:7b", {});
    const HttpAnswer overtaking = router.post(kChat, named("mistral:7b"));
    CHECK(overtaking.status == 200);
    CHECK(overtaking.header("x-router-queue-position").empty());
    CHECK(router.simulator->load_count() == 1);
    first.close();
    const HttpAnswer answer = other.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-queue-position") == "1");
    CHECK(router.simulator->load_count() == 2);
    const std::string row = router.get("/router/queries?model=codellama:13b").body;
    CHECK(json_at(row, "/queries/0/queue_us") != "0");
}

TEST_CASE("the queue goes on by time alone: an idle model makes way after its residency") {
    TestRouter router(
        Environment{{"LLM_LOCAL_MAX_LOADED", "1"}, {"LLM_LOCAL_MIN_RESIDENCY_SECONDS", "1"}},
        [](simulator::SimulatorOptions& options) {
            options.max_loaded = 1;
            options.behaviour.load_time = std::chrono::milliseconds(300);
        });
    CHECK(router.post(kChat, named("mistral:7b")).status == 200);
    const HttpAnswer answer = router.post(kChat, named("codellama:13b"));
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-queue-position") == "1");
}

TEST_CASE("how many models fit is learned, and then they are no longer mixed") {
    TestRouter router({}, [](simulator::SimulatorOptions& options) {
        options.max_loaded = 1;
        options.behaviour.load_time = std::chrono::milliseconds(300);
    });
    const auto in_memory = [&](const std::string& model) {
        return router.app->services().admission->view(0, model).loaded;
    };
    CHECK(router.post(kChat, named("mistral:7b")).status == 200);
    CHECK(router.post(kChat, named("codellama:13b")).status == 200);
    CHECK(in_memory("mistral:7b"));  // nothing has shown yet that both do not fit
    CHECK(router.post(kChat, named("mistral:7b")).status == 200);
    CHECK_FALSE(in_memory("codellama:13b"));
}

TEST_CASE("a deadline that is no number of milliseconds is refused in the client's dialect") {
    TestRouter router;
    for (const char* value : {"0", "-1", "1.5", "soon", "86400001", "99999999999999999999"}) {
        const std::map<std::string, std::string> headers{{"x-router-deadline-ms", value}};
        const HttpAnswer openai = router.post(kChat, chat_body("Hi"), headers);
        CHECK(openai.status == 400);
        CHECK(json_at(openai.body, "/error/code") == "invalid_parameter");
        CHECK(json_at(openai.body, "/error/param") == "x-router-deadline-ms");
        const HttpAnswer ollama = router.post("/api/chat", chat_body("Hi"), headers);
        CHECK(ollama.status == 400);
        CHECK(json_at(ollama.body, "/error") != "");
    }
    CHECK(router.post(kChat, chat_body("Hi"), {{"x-router-deadline-ms", "86400000"}}).status ==
          200);
}

TEST_CASE("a deadline ends the wait for a slot") {
    TestRouter router(Environment{{"LLM_LOCAL_PARALLEL", "1"}});
    router.simulator->set_behaviour(stalled());
    HttpConnection first(router.port());
    first.send("POST", kChat, named("mistral:7b"));
    wait_for_requests(router, 1);
    const HttpAnswer answer = router.post(kChat, named("mistral:7b"), kSoon);
    CHECK(answer.status == 504);
    CHECK(json_at(answer.body, "/error/code") == "deadline_exceeded");
    CHECK(json_at(router.get("/router/queries").body, "/queries/0/status") == "refused");
    CHECK(router.app->services().admission->view(0, "mistral:7b").waiting == 0);
}

TEST_CASE("queues and what they refuse are in the metrics") {
    TestRouter router(Environment{{"LLM_LOCAL_PARALLEL", "1"}, {"LLM_LOCAL_QUEUE", "1"}});
    const auto says = [&](const std::string& line) {
        return router.get("/metrics").body.find("\nllm_router_" + line + "\n") != std::string::npos;
    };
    router.simulator->set_behaviour(stalled());
    HttpConnection first(router.port());
    first.send("POST", kChat, named("mistral:7b"));
    wait_for_requests(router, 1);
    CHECK(router.post(kChat, named("mistral:7b"), kSoon).status == 504);
    HttpConnection second(router.port());
    second.send("POST", kChat, named("mistral:7b"));
    wait_for_waiting(router, "mistral:7b", 1);
    const HttpAnswer refused = router.post(kChat, named("mistral:7b"));
    CHECK(refused.status == 503);
    CHECK(json_at(refused.body, "/error/code") == "queue_full");
    CHECK(says(R"(local_queries_waiting{upstream="ollama"} 1)"));
    CHECK(says(R"(local_queries_in_flight{upstream="ollama"} 1)"));
    CHECK(says(R"(queries_refused_total{reason="queue_full"} 1)"));
    CHECK(says(R"(queries_refused_total{reason="deadline"} 1)"));
    CHECK(says("retries_denied_total 0"));
}

TEST_CASE("a deadline ends the wait for an answer to begin, and is not held against the model") {
    TestRouter router;
    simulator::Behaviour slow;
    slow.first_token_delay = std::chrono::seconds(30);
    router.simulator->set_behaviour(slow);
    for (int i = 0; i < 10; ++i) {
        const HttpAnswer answer = router.post(kChat, named("mistral:7b"), kSoon);
        CHECK(answer.status == 504);
        CHECK(json_at(answer.body, "/error/code") == "deadline_exceeded");
    }
    router.simulator->set_behaviour({});
    CHECK(router.post(kChat, named("mistral:7b")).status == 200);
    CHECK(json_at(router.get("/health").body, "/status") == "ok");
}

TEST_CASE("what is known to come too late is refused at once, or goes external") {
    const bool external = true;
    for (const bool may_leave : {false, external}) {
        CAPTURE(may_leave);
        TestRouter router(TestRouter::with_external({{"LLM_LOCAL_PARALLEL", "1"},
                                                     {"LLM_LOCAL_THRESHOLD", "10"},
                                                     {"LLM_COMPLEXITY_THRESHOLD", "10"}}));
        // What an answer takes is learned from one.
        simulator::Behaviour slow;
        slow.first_token_delay = std::chrono::milliseconds(700);
        router.simulator->set_behaviour("mistral:7b", slow);
        REQUIRE(router.post(kChat, named("mistral:7b")).status == 200);
        router.simulator->set_behaviour("mistral:7b", stalled());
        HttpConnection busy(router.port());
        busy.send("POST", kChat, named("mistral:7b"));
        wait_for_requests(router, 2);
        std::map<std::string, std::string> headers{{"x-router-deadline-ms", "600"}};
        if (!may_leave) headers["x-router-privacy"] = "local-only";

        const std::string explained =
            router.post("/router/explain", chat_body("Hi"), {{"x-router-deadline-ms", "60000"}})
                .body;
        CHECK(json_at(explained, "/plan/0/in_memory") == "true");
        CHECK(json_at(explained, "/plan/0/in_flight") == "1");
        CHECK(json_at(explained, "/plan/0/expected_wait_ms") != "0");
        const HttpAnswer why = router.post("/router/explain", chat_body("Hi"), headers);
        const HttpAnswer answer = router.post(kChat, chat_body("Hi"), headers);
        if (may_leave) {
            CHECK(answer.status == 200);
            CHECK(answer.header("x-router-local") == "0");
            CHECK(answer.header("x-router-reason") == json_at(why.body, "/reason"));
            CHECK(answer.header("x-router-reason").find("begin in time") != std::string::npos);
        } else {
            CHECK(answer.status == 504);
            CHECK(why.status == 504);
            CHECK(answer.header("x-router-error") == "deadline_exceeded");
            CHECK(std::stoi(answer.header("retry-after")) >= 1);
        }
    }
}
