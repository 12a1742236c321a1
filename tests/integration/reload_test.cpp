// A reload changes what it may while queries go on, and names what needs a restart.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

Config changed(const TestRouter& router) {
    return *router.config;
}

}  // namespace

TEST_CASE("a reload takes effect for the next query") {
    TestRouter router(TestRouter::with_external());
    REQUIRE(router.config->local_threshold == 95);
    Config wanted = changed(router);
    wanted.local_threshold = 80;
    wanted.role_models[QueryType::simple] = {"llama3.1:8b", true};
    CHECK(router.app->reload(wanted).empty());
    CHECK(json_at(router.get("/router/stats").body, "/target_local_pct").starts_with("80"));
    const auto seen = [&] {
        return router.post("/v1/chat/completions", chat_body("What is 2+2?"))
            .header("x-router-model");
    };
    // The models are looked at anew in the background.
    bool took_effect = false;
    for (int i = 0; i < 1000 && !took_effect; ++i)
        took_effect = seen() == "llama3.1:8b";
    CHECK(took_effect);
}

TEST_CASE("a reload leaves alone what needs a restart, and says so") {
    TestRouter router;
    Config wanted = changed(router);
    wanted.db_path = "/nowhere/ledger.db";
    wanted.upstreams.front().base_url = "http://127.0.0.1:1";
    const auto names = router.app->reload(wanted);
    CHECK(std::find(names.begin(), names.end(), "LLM_ROUTER_DB") != names.end());
    CHECK(std::find(names.begin(), names.end(), "OLLAMA_URL") != names.end());
    CHECK(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    CHECK(json_at(router.get("/router/stats").body, "/total_queries") == "1");
}
