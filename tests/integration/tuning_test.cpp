// PUT /router/tuning changes the routing while it runs; /router/replay shows what it would change.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kAdmin = "admin-key-0123456789";
const std::map<std::string, std::string> kAsAdmin{{"x-api-key", kAdmin}};

Environment with_admin() {
    return TestRouter::with_external({{"LLM_ROUTER_ADMIN_KEYS", kAdmin}});
}

HttpAnswer put(const TestRouter& router, const std::string& body,
               const std::map<std::string, std::string>& headers = kAsAdmin) {
    HttpConnection connection(router.port());
    return connection.request("PUT", "/router/tuning", body, headers);
}

}  // namespace

TEST_CASE("an administrator changes the threshold, and the next queries feel it") {
    TestRouter router(with_admin());
    CHECK(router.post("/v1/chat/completions", chat_body(kComplex)).header("x-router-local") == "1");
    const HttpAnswer changed = put(router, R"({"local_threshold":0})");
    CHECK(changed.status == 200);
    CHECK(json_at(changed.body, "/local_threshold") == "0");
    CHECK(json_at(changed.body, "/configured/local_threshold") == "95");
    CHECK(json_at(changed.body, "/changed") == "true");
    // Both I/O threads are told; a connection may reach one that is about to be.
    bool left = false;
    for (int i = 0; i < 1000 && !left; ++i)
        left = router.post("/v1/chat/completions", chat_body(kComplex)).header("x-router-local") ==
               "0";
    CHECK(left);
    CHECK(json_at(router.get("/router/tuning", kAsAdmin).body, "/writable") == "true");
    CHECK(json_at(router.get("/router/stats").body, "/target_local_pct") == "0");
    const HttpAnswer reset = put(router, R"({"reset":true,"complexity_threshold":9})");
    CHECK(json_at(reset.body, "/local_threshold") == "95");
    CHECK(json_at(reset.body, "/complexity_threshold") == "9");
}

TEST_CASE("a reload goes back to what is configured") {
    TestRouter router(with_admin());
    CHECK(put(router, R"({"local_threshold":50})").status == 200);
    router.app->reload(*router.config);
    const std::string body = router.get("/router/tuning").body;
    CHECK(json_at(body, "/local_threshold") == "95");
    CHECK(json_at(body, "/changed") == "false");
}

TEST_CASE("nobody else may, and the answer says why") {
    TestRouter closed;
    CHECK(put(closed, R"({"local_threshold":50})", {}).header("x-router-error") ==
          "forbidden_operation");
    CHECK(json_at(closed.get("/router/tuning").body, "/why_not") ==
          "LLM_ROUTER_ADMIN_KEYS is not set");

    Environment settings = with_admin();
    settings["LLM_ROUTER_API_KEYS"] = "client-key-0123456789";
    TestRouter router(settings);
    CHECK(put(router, "{}", {}).status == 401);
    const HttpAnswer refused =
        put(router, R"({"local_threshold":50})", {{"x-api-key", "client-key-0123456789"}});
    CHECK(refused.status == 403);
    CHECK(json_at(refused.body, "/error/code") == "forbidden_operation");
    // An administrator is a client, too.
    CHECK(router.get("/router/stats", kAsAdmin).status == 200);
}

TEST_CASE("what cannot be tuned is refused with its name") {
    TestRouter router(with_admin());
    const auto code = [&](const std::string& body) {
        return put(router, body).header("x-router-error");
    };
    CHECK(code(R"({"local_threshold":101})") == "invalid_parameter");
    CHECK(code(R"({"local_threshold":"90"})") == "invalid_parameter");
    CHECK(code(R"({"complexity_threshold":0})") == "invalid_parameter");
    CHECK(code(R"({"complexity_threshold":7.5})") == "invalid_parameter");
    CHECK(code(R"({"reset":1})") == "invalid_parameter");
    CHECK(code(R"({"local_window":10})") == "unsupported_parameter");
    CHECK(code("{}") == "missing_parameter");
    CHECK(code("[]") == "invalid_parameter");
    CHECK(code("{") == "invalid_json");
    CHECK(json_at(router.get("/router/tuning").body, "/changed") == "false");
}

TEST_CASE("a replay tells what the recorded queries would have done") {
    TestRouter router(TestRouter::with_external());
    for (int i = 0; i < 6; ++i)
        REQUIRE(router.post("/v1/chat/completions", chat_body(kComplex)).status == 200);
    REQUIRE(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    const std::string same = router.get("/router/replay").body;
    CHECK(json_at(same, "/queries") == "7");
    CHECK(json_at(same, "/recorded/local_percentage") == "100");
    CHECK(json_at(same, "/moved_to_external") == "0");
    CHECK(json_at(same, "/replayed/cost") == "0");

    const std::string open = router.get("/router/replay?local_threshold=0&last=7").body;
    CHECK(json_at(open, "/replayed/external_queries") == "6");
    CHECK(json_at(open, "/moved_to_external") == "6");
    CHECK(json_at(open, "/replayed/cost") != "0");
    CHECK(json_at(open, "/recorded/cost") == "0");
    CHECK(json_at(router.get("/router/replay?last=3").body, "/queries") == "3");
    const std::string dearer =
        router.get("/router/replay?local_threshold=0&model=complex=openai/gpt-4o").body;
    CHECK(std::stod(json_at(dearer, "/replayed/cost")) >
          10 * std::stod(json_at(open, "/replayed/cost")));
    // What has happened stays as it was.
    CHECK(json_at(router.get("/router/stats").body, "/external_queries") == "0");
}

TEST_CASE("a replay with a wrong parameter names it") {
    TestRouter router;
    const auto param = [&](const std::string& query) {
        const HttpAnswer answer = router.get("/router/replay?" + query);
        CHECK(answer.status == 400);
        return json_at(answer.body, "/error/param");
    };
    CHECK(param("last=0") == "last");
    CHECK(param("last=10001") == "last");
    CHECK(param("local_threshold=nan") == "local_threshold");
    CHECK(param("local_threshold=100.5") == "local_threshold");
    CHECK(param("complexity_threshold=11") == "complexity_threshold");
    CHECK(param("model=complicated=x") == "model");
    CHECK(param("model=code=openai/gpt-4o") == "model");
    CHECK(router.get("/router/replay?threshold=3").status == 400);
}
