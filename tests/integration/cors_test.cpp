// Pages of allowed origins can use the router from a browser; others cannot.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kPage = "http://localhost:3000";

std::map<std::string, std::string> preflight(const std::string& origin,
                                             const std::string& headers = {}) {
    std::map<std::string, std::string> fields{{"Origin", origin},
                                              {"Access-Control-Request-Method", "POST"}};
    if (!headers.empty()) fields["Access-Control-Request-Headers"] = headers;
    return fields;
}

HttpAnswer options(const TestRouter& router, const std::string& path,
                   const std::map<std::string, std::string>& headers) {
    HttpConnection connection(router.port());
    return connection.request("OPTIONS", path, {}, headers);
}

}  // namespace

TEST_CASE("a preflight is answered for every known path, and needs no key") {
    const TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", "a-key-of-sixteen-or-more"}});
    for (const char* path :
         {"/v1/chat/completions", "/chat/completions", "/v1/models", "/v1/models/a/b:c",
          "/api/chat", "/api/tags", "/api/pull", "/v1/api/show", "/router/stats", "/health", "/",
          "/openai/deployments/auto/chat/completions?api-version=1"}) {
        CAPTURE(path);
        const HttpAnswer answer = options(router, path, preflight(kPage, "authorization"));
        CHECK(answer.status == 204);
        CHECK(answer.header("access-control-allow-origin") == kPage);
        CHECK(answer.header("access-control-allow-methods") != "");
        CHECK(answer.header("access-control-allow-headers") == "authorization");
        CHECK(answer.header("access-control-max-age") != "");
        CHECK(answer.header("vary") == "Origin");
        CHECK(answer.header("access-control-allow-credentials").empty());
        CHECK(answer.header("content-length").empty());
    }
    CHECK(options(router, "/v1/chat/completions", preflight(kPage))
              .header("access-control-allow-methods") == "POST, OPTIONS");
    CHECK(options(router, "/v1/nothing", preflight(kPage)).status == 404);
    CHECK(options(router, "/v1/models", {}).status == 204);
    CHECK(options(router, "/v1/models", {}).header("allow") == "GET, HEAD, OPTIONS");
    CHECK(router.get("/v1/models", {{"Origin", kPage}}).status == 401);
}

TEST_CASE("a preflight of a foreign page is refused and told nothing") {
    const TestRouter router;
    const HttpAnswer answer = options(router, "/v1/models", preflight("https://evil.example"));
    CHECK(answer.status == 403);
    CHECK(answer.header("access-control-allow-origin").empty());
    CHECK(router.get("/v1/models", {{"Origin", "https://evil.example"}})
              .header("access-control-allow-origin")
              .empty());
}

TEST_CASE("origins of the operator's list are named, never a star") {
    const TestRouter router(Environment{{"LLM_ROUTER_ALLOWED_ORIGINS", "https://*"}});
    const HttpAnswer answer = options(router, "/v1/models", preflight("https://page.example"));
    CHECK(answer.status == 204);
    CHECK(answer.header("access-control-allow-origin") == "https://page.example");
}

TEST_CASE("the headers a page asks for are allowed if they are header names") {
    const TestRouter router;
    const auto allowed = [&](const std::string& requested) {
        return options(router, "/v1/models", preflight(kPage, requested))
            .header("access-control-allow-headers");
    };
    CHECK(allowed("Authorization,X-Stainless-OS") == "authorization, x-stainless-os");
    CHECK(allowed("x-of-a-client-from-next-year") == "x-of-a-client-from-next-year");
    std::string many = "a";
    for (int i = 0; i < 100; ++i)
        many += ",a";
    for (const std::string& bad : {std::string("a b"), std::string("a:b"), std::string("*"),
                                   std::string("a/b"), many, std::string(5000, 'a')}) {
        const std::string usual = allowed(bad);
        CHECK(usual.find("authorization, content-type") == 0);
        CHECK(usual.find("x-stainless-os") != std::string::npos);
        CHECK(usual.find("anthropic-version") != std::string::npos);
    }
    CHECK(allowed("").find("authorization") == 0);
}

TEST_CASE("pages of the internet that are allowed may reach a private network") {
    const TestRouter router(Environment{{"LLM_ROUTER_ALLOWED_ORIGINS", "https://page.example"}});
    auto fields = preflight("https://page.example");
    CHECK(options(router, "/api/chat", fields)
              .header("access-control-allow-private-network")
              .empty());
    fields["Access-Control-Request-Private-Network"] = "true";
    CHECK(options(router, "/api/chat", fields).header("access-control-allow-private-network") ==
          "true");
}

TEST_CASE("answers, streams and errors can be read by an allowed page") {
    const TestRouter router;
    const std::map<std::string, std::string> page{{"Origin", kPage}};
    const auto check = [](const HttpAnswer& answer, int status) {
        CHECK(answer.status == status);
        CHECK(answer.header("access-control-allow-origin") == kPage);
        CHECK(answer.header("vary") == "Origin");
        const std::string exposed = answer.header("access-control-expose-headers");
        CHECK(exposed.find("x-router-model") != std::string::npos);
        CHECK(exposed.find("retry-after") != std::string::npos);
    };
    check(router.get("/v1/models", page), 200);
    check(router.post("/v1/chat/completions", chat_body("Hi"), page), 200);
    check(router.post("/v1/chat/completions", chat_body("Hi", R"("stream":true)"), page), 200);
    check(
        router.post("/api/chat",
                    R"({"model":"mistral:7b","messages":[{"role":"user","content":"Hi"}]})", page),
        200);
    check(router.post("/v1/chat/completions", "{", page), 400);
    check(router.get("/nothing", page), 404);
    check(router.get("/v1/chat/completions", page), 405);

    // The next request on the same connection is another's.
    HttpConnection connection(router.port());
    check(connection.request("GET", "/v1/models", {}, page), 200);
    CHECK(connection.request("GET", "/v1/models").header("access-control-allow-origin").empty());
}
