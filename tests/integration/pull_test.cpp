// Ollama's model management: pulls of known and unknown models, and what is not done here.
#include <atomic>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/raw_server.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kNew = R"({"model":"new:1b"})";

/// An Ollama that has one more model once it was pulled.
class PullingOllama {
public:
    /// `progress` is called with the connection, after the head of a pull's answer was sent.
    explicit PullingOllama(std::function<void(RawConnection&)> progress)
        : progress_(std::move(progress)), server_([this](RawConnection& connection) {
              for (;;)
                  serve(connection);
          }) {}

    Environment environment() const {
        return {{"OLLAMA_URL", server_.url()}, {"LLM_ALLOW_PULL", "on"}};
    }
    std::string pull_body() const {
        const std::lock_guard lock(mutex_);
        return pull_body_;
    }

    static void chunk(RawConnection& connection, const std::string& text) {
        connection.send(fmt::format("{:x}\r\n{}\r\n", text.size(), text));
    }

private:
    void serve(RawConnection& connection) {
        const RawConnection::Request request = connection.read_request();
        const std::string type = "Content-Type: application/json\r\n";
        if (request.head.starts_with("POST /api/pull ")) {
            {
                const std::lock_guard lock(mutex_);
                pull_body_ = request.body;
            }
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
                "Transfer-Encoding: chunked\r\n\r\n");
            progress_(connection);
            pulled_ = true;
            chunk(connection, "{\"status\":\"success\"}\n");
            connection.send("0\r\n\r\n");
        } else if (request.head.starts_with("GET /api/tags ")) {
            connection.answer(
                pulled_ ? R"({"models":[{"name":"new:1b","digest":"1"}]})" : R"({"models":[]})",
                type);
        } else if (request.head.starts_with("POST /api/show ")) {
            connection.answer(R"({"capabilities":["completion"],"model_info":{}})", type);
        } else if (request.head.starts_with("GET /api/ps ")) {
            connection.answer(R"({"models":[]})", type);
        } else {
            connection.answer(R"({"version":"0.13.0-rc1"})", type);
        }
    }

    std::function<void(RawConnection&)> progress_;
    std::atomic<bool> pulled_{false};
    mutable std::mutex mutex_;
    std::string pull_body_;
    RawServer server_;
};

}  // namespace

TEST_CASE("a model that is known needs no pull: success at once in both modes") {
    const TestRouter router(TestRouter::with_external());
    for (const char* model :
         {"mistral:7b", "MISTRAL:7b", "auto", "auto-code:latest", "openai/gpt-4o", "gpt-4o"}) {
        CAPTURE(model);
        const std::string name = json_quote(model);
        const HttpAnswer whole =
            router.post("/api/pull", R"({"model":)" + name + R"(,"stream":false})");
        CHECK(whole.status == 200);
        CHECK(whole.body == R"({"status":"success"})");
        const HttpAnswer lines = router.post("/v1/api/pull", R"({"name":)" + name + "}");
        CHECK(lines.status == 200);
        CHECK(lines.header("content-type") == "application/x-ndjson");
        CHECK(lines.body.starts_with("{\"status\":\"pulling manifest\"}\n"));
        CHECK(lines.body.ends_with("\n{\"status\":\"success\"}\n"));
    }
    CHECK(router.simulator->request_count() == 0);
}

TEST_CASE("a model that nobody knows is not pulled unless the operator allows it") {
    const TestRouter router;
    for (const char* body : {R"({"model":"new:1b"})", R"({"model":"new:1b","stream":false})"}) {
        const HttpAnswer answer = router.post("/api/pull", body);
        CHECK(answer.status == 403);
        CHECK(answer.header("x-router-error") == "forbidden_operation");
        CHECK(json_at(answer.body, "/error").find("LLM_ALLOW_PULL") != std::string::npos);
        CHECK(answer.header("transfer-encoding").empty());
    }
    CHECK(router.post("/api/pull", "{}").status == 400);
    CHECK(router.post("/api/pull", "{").status == 400);
}

TEST_CASE("a pull that is allowed passes its lines on as they come, and its model can be used") {
    std::atomic<bool> first_line_seen{false};
    PullingOllama ollama([&](RawConnection& connection) {
        PullingOllama::chunk(connection,
                             "{\"status\":\"pulling manifest\"}\n{\"status\":\"pulling");
        // The rest is sent once the client has the first line.
        first_line_seen.wait(false);
        PullingOllama::chunk(connection, " 0123\",\"total\":9,\"completed\":4}\n");
    });
    const TestRouter router(ollama.environment());
    CHECK(json_at(router.get("/api/version").body, "/version") == "0.13.0");
    HttpConnection connection(router.port());
    connection.send("POST", "/api/pull", R"({"model":"new:1b","insecure":true})");
    HttpAnswer answer = connection.read_head();
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "application/x-ndjson");
    CHECK(connection.read_chunk(answer) == "{\"status\":\"pulling manifest\"}\n");
    first_line_seen = true;
    first_line_seen.notify_all();
    CHECK(connection.read_chunk(answer) ==
          "{\"status\":\"pulling 0123\",\"total\":9,\"completed\":4}\n");
    CHECK(connection.read_chunk(answer) == "{\"status\":\"success\"}\n");
    // Right after: discovery was there before the client was told.
    CHECK(router.get("/v1/models/new:1b").status == 200);
    CHECK(connection.read_chunk(answer).empty());
    CHECK(answer.complete);
    CHECK(ollama.pull_body() == R"({"model":"new:1b","stream":true,"insecure":true})");
}

TEST_CASE("without stream a pull is answered once it is complete") {
    PullingOllama ollama([](RawConnection& connection) {
        PullingOllama::chunk(connection, "{\"status\":\"pulling manifest\"}\n");
    });
    const TestRouter router(ollama.environment());
    const HttpAnswer answer = router.post("/api/pull", R"({"model":"new:1b","stream":false})");
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"status":"success"})");
    CHECK(router.get("/v1/models/new:1b").status == 200);
}

TEST_CASE("a pull that fails says so as Ollama does") {
    // The simulated Ollama knows no model that the router does not.
    const TestRouter router(Environment{{"LLM_ALLOW_PULL", "on"}});
    const HttpAnswer lines = router.post("/api/pull", kNew);
    CHECK(lines.status == 200);
    CHECK(lines.complete);
    CHECK(lines.body.ends_with("{\"error\":\"pull model manifest: file does not exist\"}\n"));
    CHECK(lines.body.find("success") == std::string::npos);
    const HttpAnswer whole = router.post("/api/pull", R"({"model":"new:1b","stream":false})");
    CHECK(whole.status == 500);
    CHECK(json_at(whole.body, "/error") == "pull model manifest: file does not exist");
}

TEST_CASE("a pull whose connection breaks is no success") {
    PullingOllama ollama([](RawConnection& connection) {
        PullingOllama::chunk(connection, "{\"status\":\"pulling manifest\"}\n");
        connection.reset();
    });
    const TestRouter router(ollama.environment());
    const HttpAnswer lines = router.post("/api/pull", kNew);
    CHECK(lines.status == 200);
    CHECK_FALSE(lines.complete);
    CHECK(lines.body.find("\"error\"") != std::string::npos);
    CHECK(router.post("/api/pull", R"({"model":"new:1b","stream":false})").status == 502);
}

TEST_CASE("a client that leaves ends the pull") {
    std::atomic<bool> ended{false};
    PullingOllama ollama([&](RawConnection& connection) {
        PullingOllama::chunk(connection, "{\"status\":\"pulling manifest\"}\n");
        if (connection.receive().empty()) {
            ended = true;
            ended.notify_all();
        }
    });
    const TestRouter router(ollama.environment());
    HttpConnection connection(router.port());
    connection.send("POST", "/api/pull", kNew);
    HttpAnswer answer = connection.read_head();
    CHECK(connection.read_chunk(answer) == "{\"status\":\"pulling manifest\"}\n");
    connection.close();
    ended.wait(false);  // a test that fails here never ends: ctest's limit does
    CHECK(ended);
}

TEST_CASE("models are not managed here") {
    const TestRouter router;
    HttpConnection connection(router.port());
    const auto refused = [&](const char* method, const char* path, const char* body) {
        const HttpAnswer answer = connection.request(method, path, body);
        CAPTURE(path);
        CHECK(answer.status == 403);
        CHECK(answer.header("x-router-error") == "forbidden_operation");
        if (method != std::string("HEAD"))
            CHECK(json_at(answer.body, "/error").find("does not manage models") !=
                  std::string::npos);
    };
    refused("POST", "/api/create", kNew);
    refused("POST", "/api/push", kNew);
    refused("POST", "/api/copy", R"({"source":"a","destination":"b"})");
    refused("DELETE", "/api/delete", kNew);
    refused("POST", "/api/blobs/sha256:00", "bytes");
    refused("HEAD", "/api/blobs/sha256:00", "");
    CHECK(router.post("/api/delete", kNew).header("allow") == "DELETE");
}
