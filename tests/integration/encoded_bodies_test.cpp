// Request bodies with a Content-Encoding (Codex sends zstd).
#include <zlib.h>
#include <zstd.h>

#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kChat = "/v1/chat/completions";

std::string zstd(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

std::string gzip(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace

TEST_CASE("compressed bodies are read as what they hold, on every endpoint") {
    const TestRouter router;
    const std::string body =
        R"({"model":"mistral:7b","messages":[{"role":"user","content":"zipped words"}]})";
    for (const auto& [coding, bytes] :
         {std::pair("gzip", gzip(body)), std::pair("zstd", zstd(body))}) {
        CAPTURE(coding);
        const HttpAnswer answer = router.post(kChat, bytes, {{"Content-Encoding", coding}});
        CHECK(answer.status == 200);
        CHECK(answer.body.find("zipped words") != std::string::npos);
        CHECK(router.post("/api/chat", bytes, {{"Content-Encoding", coding}}).status == 200);
        CHECK(router.post("/router/explain", bytes, {{"Content-Encoding", coding}}).status == 200);
        CHECK(json_at(router
                          .post("/api/show",
                                coding == std::string("gzip") ? gzip(R"({"model":"auto"})")
                                                              : zstd(R"({"model":"auto"})"),
                                {{"Content-Encoding", coding}})
                          .body,
                      "/capabilities/0") == "completion");
    }
    // What the upstream gets is plain.
    CHECK(router.simulator->requests().front().body.find("zipped words") != std::string::npos);
    CHECK(router.post(kChat, body, {{"Content-Encoding", "identity"}}).status == 200);
}

TEST_CASE("what cannot be decoded is the client's fault, and says why") {
    const TestRouter router;
    HttpConnection connection(router.port());
    const HttpAnswer broken =
        connection.request("POST", kChat, "{\"model\":\"auto\"}", {{"Content-Encoding", "gzip"}});
    CHECK(broken.status == 400);
    CHECK(json_at(broken.body, "/error/message") == "the request body is not valid gzip data");
    // It was read to its end: the connection goes on.
    const HttpAnswer unknown =
        connection.request("POST", kChat, "bytes", {{"Content-Encoding", "br"}});
    CHECK(unknown.status == 400);
    CHECK(json_at(unknown.body, "/error/code") == "unsupported_parameter");
    CHECK(json_at(unknown.body, "/error/param") == "content-encoding");
    CHECK(connection.request("GET", "/health", {}, {{"Content-Encoding", "br"}}).status == 200);
}

TEST_CASE("the body limit holds for what comes out of a compressed body") {
    const TestRouter router(Environment{{"LLM_ROUTER_MAX_BODY_BYTES", "100000"}});
    const std::string zeros(50'000'000, ' ');
    for (const auto& [coding, bytes] :
         {std::pair("gzip", gzip(zeros)), std::pair("zstd", zstd(zeros))}) {
        CAPTURE(coding);
        REQUIRE(bytes.size() < 100'000);
        CHECK(router.post(kChat, bytes, {{"Content-Encoding", coding}}).status == 413);
    }
}
