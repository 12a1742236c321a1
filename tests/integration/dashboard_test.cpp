// The page over HTTP: who may have it, what guards it, when it is sent again.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"
#include "web/assets.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kBrowser =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

}  // namespace

TEST_CASE("the page and its files are open to all, also where keys are set") {
    const TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", "a-key-of-sixteen-or-more"}});
    const HttpAnswer page = router.get("/dashboard");
    CHECK(page.status == 200);
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(page.body == web::find_asset("")->bytes);
    const HttpAnswer script = router.get("/dashboard/main.js");
    CHECK(script.status == 200);
    CHECK(script.header("content-type") == "text/javascript; charset=utf-8");
    CHECK(script.body == web::find_asset("main.js")->bytes);
    CHECK(router.get("/router/stats").status == 401);
}

TEST_CASE("every file carries the guards") {
    const TestRouter router;
    for (const char* path : {"/dashboard", "/dashboard/main.js", "/dashboard/dashboard.css"}) {
        CAPTURE(path);
        const HttpAnswer answer = router.get(path);
        const std::string policy = answer.header("content-security-policy");
        for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'",
                                 "connect-src 'self'", "img-src 'self' data:", "base-uri 'none'",
                                 "form-action 'none'", "frame-ancestors 'none'"}) {
            CHECK(policy.find(rule) != policy.npos);
        }
        CHECK(policy.find("unsafe") == policy.npos);
        CHECK(answer.header("x-content-type-options") == "nosniff");
        CHECK(answer.header("referrer-policy") == "no-referrer");
        CHECK(answer.header("cache-control") == "no-cache");
        CHECK(answer.header("vary").find("Accept-Encoding") != std::string::npos);
    }
}

TEST_CASE("who has the file already is told so") {
    const TestRouter router;
    const HttpAnswer first = router.get("/dashboard/main.js");
    const std::string tag = first.header("etag");
    REQUIRE_FALSE(tag.empty());
    const HttpAnswer again = router.get("/dashboard/main.js", {{"If-None-Match", tag}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(again.header("etag") == tag);
    CHECK(again.header("content-length").empty());
    CHECK(router.get("/dashboard/main.js", {{"If-None-Match", "\"older\""}}).status == 200);
    // The connection goes on after an answer without a body.
    HttpConnection connection = router.connect();
    connection.send("GET", "/dashboard/main.js", {}, {{"If-None-Match", tag}});
    connection.send("GET", "/api/version");
    CHECK(connection.read_answer().status == 304);
    CHECK(connection.read_answer().status == 200);
}

TEST_CASE("a client that takes gzip gets it, with a tag of its own") {
    const TestRouter router;
    const HttpAnswer plain = router.get("/dashboard/chart.min.js");
    const HttpAnswer gzip =
        router.get("/dashboard/chart.min.js", {{"Accept-Encoding", "gzip, br"}});
    CHECK(plain.header("content-encoding").empty());
    CHECK(gzip.header("content-encoding") == "gzip");
    CHECK(gzip.body == web::find_asset("chart.min.js")->gzip);
    CHECK(gzip.header("etag") != plain.header("etag"));
    CHECK(router
              .get("/dashboard/chart.min.js",
                   {{"Accept-Encoding", "gzip"}, {"If-None-Match", gzip.header("etag")}})
              .status == 304);
}

TEST_CASE("HEAD is answered as GET without the body") {
    const TestRouter router;
    HttpConnection connection(router.port());
    connection.send("HEAD", "/dashboard");
    const HttpAnswer head = connection.read_answer(/*head_only=*/true);
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("content-length") == std::to_string(web::find_asset("")->bytes.size()));
    CHECK(head.header("etag") == web::find_asset("")->etag);
}

TEST_CASE("what is no file of the page is not found, and nothing can be posted to it") {
    const TestRouter router;
    for (const char* path :
         {"/dashboard/nothing.js", "/dashboard/../health", "/dashboard/%2e%2e/%2e%2e/etc/passwd"}) {
        CAPTURE(path);
        CHECK(router.get(path).status == 404);
    }
    const HttpAnswer posted = router.post("/dashboard", "{}");
    CHECK(posted.status == 405);
    CHECK(posted.header("allow") == "GET, HEAD");
}

TEST_CASE("other addresses of the page lead to the one its files are relative to") {
    const TestRouter router;
    for (const char* path : {"/dashboard/", "/dashboard/?period=7d", "/dashboard/index.html"}) {
        CAPTURE(path);
        const HttpAnswer answer = router.get(path);
        CHECK(answer.status == 302);
        CHECK(answer.header("location") == "../dashboard");
    }
}

TEST_CASE("the root leads browsers to the page and greets everybody else as Ollama does") {
    const TestRouter router;
    const HttpAnswer browser = router.get("/", {{"Accept", kBrowser}});
    CHECK(browser.status == 302);
    CHECK(browser.header("location") == "dashboard");
    CHECK(browser.header("vary").find("Accept") != std::string::npos);
    for (const char* accept : {"*/*", "application/json", "text/plain"}) {
        CAPTURE(accept);
        const HttpAnswer program = router.get("/", {{"Accept", accept}});
        CHECK(program.status == 200);
        CHECK(program.body == "Ollama is running");
    }
    CHECK(router.get("/").body == "Ollama is running");
}
