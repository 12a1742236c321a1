// What the server lets in: strict HTTP, hosts, origins, keys, limits.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kBody = R"({"model":"auto","messages":[{"role":"user","content":"hi"}]})";

/// Sends raw bytes and gives the status of the first answer; 0: the connection closed without one.
int status_of(const TestRouter& router, const std::string& bytes, bool* closed = nullptr) {
    HttpConnection connection(router.port());
    connection.send_raw(bytes);
    const HttpAnswer answer = connection.read_answer();
    if (closed != nullptr) *closed = connection.closed_by_peer();
    return answer.status;
}

}  // namespace

TEST_CASE(
    "request smuggling gaps of Beast 1.81 are closed: each is answered 400 and disconnected") {
    TestRouter router;
    const std::string post = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n";
    bool closed = false;

    // A transfer coding other than chunked: the body would be read as the next request.
    CHECK(status_of(router, post + "Transfer-Encoding: gzip\r\n\r\nGET /health HTTP/1.1\r\n\r\n",
                    &closed) == 400);
    CHECK(closed);
    CHECK(status_of(router, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", &closed) ==
          400);
    CHECK(closed);
    // Chunked in HTTP/1.0, which has no chunks.
    CHECK(status_of(router,
                    "POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    &closed) == 400);
    CHECK(closed);
    // Both delimiters.
    CHECK(status_of(router,
                    post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") ==
          400);
    CHECK(status_of(router, post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd") == 400);
}

TEST_CASE("trailers cannot add headers") {
    TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", "a-key-of-sixteen-or-more"}});
    const std::string chunked =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nx-api-key: "
        "a-key-of-sixteen-or-more\r\nTransfer-Encoding: chunked\r\n\r\n" +
        fmt::format("{:x}\r\n{}\r\n", kBody.size(), kBody);
    CHECK(status_of(router, chunked + "0\r\n\r\n") == 200);
    CHECK(status_of(router, chunked + "0\r\nx-router-privacy: local-only\r\n\r\n") == 400);
}

TEST_CASE("the body limit holds for declared and for chunked bodies") {
    TestRouter router(Environment{{"LLM_ROUTER_MAX_BODY_BYTES", "4096"}});
    const std::string head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n";
    CHECK(status_of(router, head + "Content-Length: 5000\r\n\r\n") == 413);
    const std::string block = fmt::format("{:x}\r\n{}\r\n", 3000, std::string(3000, 'x'));
    CHECK(status_of(router, head + "Transfer-Encoding: chunked\r\n\r\n" + block + block +
                                "0\r\n\r\n") == 413);
}

TEST_CASE("a head that is too large is answered 431") {
    TestRouter router(Environment{{"LLM_ROUTER_MAX_HEADER_BYTES", "8192"}});
    CHECK(status_of(router, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: " +
                                std::string(20000, 'a') + "\r\n\r\n") == 431);
}

TEST_CASE("foreign hosts and origins are refused") {
    TestRouter router;
    HttpConnection connection(router.port());
    CHECK(connection.request("GET", "/health", {}, {{"Host", "evil.example"}}).status == 403);
    CHECK(router.get("/health", {{"Host", "localhost:4000/#@x"}}).status == 403);
    CHECK(router.get("/health", {{"Origin", "https://evil.example"}}).status == 403);
    CHECK(router.get("/health", {{"Origin", "http://localhost:3000"}}).status == 200);
    CHECK(router.get("/health", {{"Host", "127.0.0.1:11435"}}).status == 200);
}

TEST_CASE("with keys configured every carrier works and a wrong key is refused") {
    const std::string key = "a-key-of-sixteen-or-more";
    TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", key + ",another-key-0123456789"}});
    const auto status = [&](const std::map<std::string, std::string>& headers) {
        return router.post("/v1/chat/completions", kBody, headers).status;
    };
    CHECK(status({}) == 401);
    CHECK(status({{"Authorization", "Bearer " + key}}) == 200);
    CHECK(status({{"x-api-key", key}}) == 200);
    CHECK(status({{"api-key", "another-key-0123456789"}}) == 200);
    CHECK(status({{"api-key", "not-the-key-at-all-123"}}) == 401);
    CHECK(status({{"api-key", key}, {"x-api-key", "not-the-key-at-all-123"}}) == 401);

    CHECK(router.get("/router/stats").status == 401);
    CHECK(router.get("/metrics").status == 401);
    const HttpAnswer health = router.get("/health");
    CHECK(health.status == 200);
    CHECK(health.body.find("upstreams") == std::string::npos);
    CHECK(router.get("/health", {{"x-api-key", key}}).body.find("upstreams") != std::string::npos);
}

TEST_CASE("the key's id stands in the row, the key nowhere") {
    const std::string key = "a-key-of-sixteen-or-more";
    TestRouter router(Environment{{"LLM_ROUTER_API_KEYS", key}});
    REQUIRE(router.post("/v1/chat/completions", kBody, {{"x-api-key", key}}).status == 200);
    const std::string rows = router.get("/router/queries", {{"x-api-key", key}}).body;
    CHECK(json_at(rows, "/queries/0/key_id") == key_id(sha256(key)));
    CHECK(rows.find(key) == std::string::npos);
}

TEST_CASE("a chunked body is read whole wherever its bytes are split") {
    TestRouter router;
    const std::string head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
        "chunked\r\n\r\n";
    const std::string body = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", kBody.size(), kBody);
    for (std::size_t split = body.size() - 8; split < body.size(); ++split) {
        HttpConnection connection(router.port());
        connection.send_raw(head + body.substr(0, split));
        // The first part is on its way before the rest: the router answers another client between.
        CHECK(router.get("/api/version").status == 200);
        connection.send_raw(body.substr(split, 1));
        CHECK(router.get("/api/version").status == 200);
        connection.send_raw(body.substr(split + 1));
        CHECK(connection.read_answer().status == 200);
    }
}

TEST_CASE("pipelined requests are answered in order on one connection") {
    TestRouter router;
    HttpConnection connection(router.port());
    connection.send("POST", "/v1/chat/completions", kBody);
    connection.send("GET", "/api/version");
    connection.send("POST", "/v1/chat/completions", kBody);
    CHECK(json_at(connection.read_answer().body, "/object") == "chat.completion");
    CHECK(json_at(connection.read_answer().body, "/version") != "");
    CHECK(json_at(connection.read_answer().body, "/object") == "chat.completion");
}

TEST_CASE("Expect: 100-continue is honoured, HTTP/1.0 is answered and closed") {
    TestRouter router;
    HttpConnection connection(router.port());
    connection.send_raw(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: "
        "100-continue\r\nContent-Length: " +
        std::to_string(kBody.size()) + "\r\n\r\n");
    CHECK(connection.read_head().status == 100);
    connection.send_raw(kBody);
    CHECK(connection.read_answer().status == 200);

    bool closed = false;
    CHECK(status_of(router, "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n", &closed) == 200);
    CHECK(closed);
}
