// What keeps a query local, from the setting to what the client and the operator are told. That no
// socket leads out is shown by tests/e2e/test_privacy.py.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kNamed =
    R"({"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}]})";

/// The share grants everything; what stays local does so for another reason.
Environment generous(Environment settings = {}) {
    settings.emplace("LLM_LOCAL_THRESHOLD", "0");
    return TestRouter::with_external(std::move(settings));
}

using Headers = std::map<std::string, std::string>;

void check_kept_local(const TestRouter& router, Headers headers, const std::string& because) {
    CAPTURE(because);
    const HttpAnswer refused = router.post("/v1/chat/completions", kNamed, headers);
    CHECK(refused.status == 403);
    CHECK(json_at(refused.body, "/error/code") == "external_not_allowed");
    CHECK(json_at(refused.body, "/error/message").find(because) != std::string::npos);

    const auto explain = router.post("/router/explain", chat_body("Hi"), headers);
    CHECK(json_at(explain.body, "/local_only") == because);
    CHECK(json_at(explain.body, "/reason").find(because) != std::string::npos);

    headers["x-router-route"] = "external";
    const HttpAnswer kept = router.post("/v1/chat/completions", chat_body("Hi"), headers);
    CHECK(kept.status == 200);
    CHECK(kept.header("x-router-local") == "1");
    CHECK(kept.header("x-router-reason").find(because) != std::string::npos);
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.path.starts_with("/api/"));
}

}  // namespace

TEST_CASE("LLM_PRIVACY=local-only keeps every query, and /health says so") {
    TestRouter router(generous({{"LLM_PRIVACY", "local-only"}}));
    check_kept_local(router, {}, "LLM_PRIVACY=local-only");
    const std::string health = router.get("/health").body;
    CHECK(json_at(health, "/privacy") == "local-only");
    CHECK(json_at(health, "/status") == "ok");
    CHECK(json_at(health, "/upstreams/1/status") == "not used");
    TestRouter open(generous());
    CHECK(json_at(open.get("/health").body, "/privacy") == "off");
    CHECK(json_at(open.get("/health").body, "/upstreams/1/status") == "unchecked");
}

TEST_CASE("a key of LLM_LOCAL_ONLY_KEYS keeps its queries, and only they") {
    TestRouter router(generous({{"LLM_ROUTER_API_KEYS", "ann=key-of-ann,ben=key-of-ben"},
                                {"LLM_LOCAL_ONLY_KEYS", "ann"}}));
    check_kept_local(router, {{"Authorization", "Bearer key-of-ann"}}, "LLM_LOCAL_ONLY_KEYS");
    const Headers ben{{"Authorization", "Bearer key-of-ben"}};
    CHECK(router.post("/v1/chat/completions", kNamed, ben).header("x-router-local") == "0");
    CHECK(json_at(router.post("/router/explain", chat_body("Hi"), ben).body, "/local_only") ==
          "null");
}

TEST_CASE("x-router-privacy keeps this query, and a typo in it is an error that sends nothing") {
    TestRouter router(generous());
    check_kept_local(router, {{"x-router-privacy", "Local-Only"}}, "x-router-privacy: local-only");
    const auto before = router.simulator->request_count();
    const Headers typo{{"x-router-privacy", "localonly"}};
    CHECK(router.post("/v1/chat/completions", kNamed, typo).status == 400);
    CHECK(router.simulator->request_count() == before);
    CHECK(router.post("/v1/chat/completions", kNamed).header("x-router-local") == "0");
}

TEST_CASE("a client's trace context goes to no upstream, local or external") {
    const TestRouter router(generous());
    const Headers trace{{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                        {"tracestate", "vendor=1"},
                        {"baggage", "user=ann"}};
    CHECK(router.post("/v1/chat/completions", chat_body("Hi"), trace).status == 200);
    CHECK(router.post("/v1/chat/completions", kNamed, trace).status == 200);
    REQUIRE(router.simulator->requests().size() == 2);
    for (const auto& entry : router.simulator->requests())
        for (const auto& [name, value] : trace)
            CHECK_FALSE(entry.headers.contains(name));
}
