// What follows a failed attempt, in the running daemon.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

simulator::Behaviour failing(int status, const std::string& code, const std::string& message) {
    simulator::Behaviour behaviour;
    behaviour.error_status = status;
    behaviour.error_code = code;
    behaviour.error_message = message;
    return behaviour;
}

HttpAnswer ask_external(const TestRouter& router) {
    return router.post("/v1/chat/completions", chat_body("What is 2+2?"),
                       {{"x-router-route", "external"}});
}

TestRouter open_router() {
    return TestRouter(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
}

}  // namespace

TEST_CASE("what the provider's content filter rejects is answered locally") {
    const TestRouter router = open_router();
    router.simulator->set_behaviour("gpt-4o-mini",
                                    failing(400, "content_filter", "The response was filtered"));
    const HttpAnswer answer = ask_external(router);
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-local") == "1");
    const std::string rows = router.get("/router/queries").body;
    CHECK(json_at(rows, "/queries/0/fallback") == "true");
    CHECK(json_at(rows, "/queries/1/error") == "content_filter");
}

TEST_CASE("a prompt that Ollama finds too long goes to a model with more context") {
    const TestRouter router(TestRouter::with_external());
    router.simulator->set_behaviour(
        "mistral:7b", failing(400, "", "the input length exceeds the context length"));
    const HttpAnswer answer = router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-local") == "0");  // short as it is, only a fallback is planned
    const std::string rows = router.get("/router/queries").body;
    CHECK(json_at(rows, "/queries/1/error") == "context_length_exceeded");
    CHECK(json_at(rows, "/queries/1/model") == "mistral:7b");
}

TEST_CASE("a call that may be billed is made once, whatever else could be tried") {
    const TestRouter router = open_router();
    simulator::Behaviour silent;
    silent.reset_before_head = true;
    router.simulator->set_behaviour("gpt-4o-mini", silent);
    const HttpAnswer answer = ask_external(router);
    CHECK(answer.status == 502);
    const auto requests = router.simulator->requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].model == "gpt-4o-mini");
    CHECK(json_at(router.get("/router/queries").body, "/queries/0/final") == "true");
}

TEST_CASE("a provider that refuses is left alone for as long as it asks") {
    const TestRouter router = open_router();
    simulator::Behaviour busy = failing(429, "", "slow down");
    busy.retry_after_seconds = 60;
    router.simulator->set_behaviour("gpt-4o-mini", busy);
    for (int i = 0; i < 5; ++i) {
        const HttpAnswer answer = ask_external(router);
        CHECK(answer.status == 200);
        CHECK(answer.header("x-router-local") == "1");
    }
    int external = 0;
    for (const auto& entry : router.simulator->requests())
        external += entry.model == "gpt-4o-mini" ? 1 : 0;
    CHECK(external <= 2);  // one from each I/O thread
}
