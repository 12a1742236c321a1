// Both client dialects on both kinds of upstream, streamed and not.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// The texts of an SSE stream's content deltas, joined.
std::string sse_content(const std::string& body) {
    std::string text;
    std::size_t at = 0;
    while ((at = body.find("data: ", at)) != std::string::npos) {
        const std::size_t end = body.find('\n', at);
        const std::string data = body.substr(at + 6, end - at - 6);
        if (data != "[DONE]") text += json_at(data, "/choices/0/delta/content");
        at = end;
    }
    return text;
}

std::string ndjson_content(const std::string& body) {
    std::string text;
    std::size_t at = 0;
    while (at < body.size()) {
        const std::size_t end = body.find('\n', at);
        text += json_at(body.substr(at, end - at), "/message/content");
        if (end == std::string::npos) break;
        at = end + 1;
    }
    return text;
}

}  // namespace

TEST_CASE("an OpenAI client is answered by the local model of the query's type") {
    TestRouter router;
    const HttpAnswer answer = router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    REQUIRE(answer.status == 200);
    CHECK(answer.header("content-type") == "application/json");
    CHECK(json_at(answer.body, "/object") == "chat.completion");
    CHECK(json_at(answer.body, "/choices/0/message/content").find("mistral:7b") !=
          std::string::npos);
    CHECK(json_at(answer.body, "/choices/0/finish_reason") == "stop");
    CHECK(json_at(answer.body, "/usage/total_tokens") != "0");
    CHECK(answer.header("x-router-model") == "mistral:7b");
    CHECK(answer.header("x-router-upstream") == "ollama");
    CHECK(answer.header("x-router-local") == "1");
    CHECK(answer.header("x-router-type") == "simple");
    CHECK(answer.header("x-router-cost-usd") == "0");
    CHECK(answer.header("x-router-request-id").size() == 26);
    CHECK(answer.header("x-router-overhead-us") != "");
    CHECK(answer.header("x-router-reason") != "");
}

TEST_CASE("an OpenAI stream on Ollama says what the plain answer says, and ends with [DONE]") {
    TestRouter router;
    const HttpAnswer plain = router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    const HttpAnswer stream =
        router.post("/v1/chat/completions", chat_body("What is 2+2?", "\"stream\":true"));
    REQUIRE(stream.status == 200);
    CHECK(stream.header("content-type") == "text/event-stream");
    CHECK(stream.complete);
    CHECK(sse_content(stream.body) == json_at(plain.body, "/choices/0/message/content"));
    CHECK(stream.body.ends_with("data: [DONE]\n\n"));
    CHECK(stream.body.find("\"usage\"") == std::string::npos);
}

TEST_CASE("the usage chunk comes when the client asks for it") {
    TestRouter router;
    const HttpAnswer stream = router.post(
        "/v1/chat/completions",
        chat_body("What is 2+2?", R"("stream":true,"stream_options":{"include_usage":true})"));
    CHECK(stream.body.find("\"choices\":[],\"usage\":{") != std::string::npos);
}

TEST_CASE("an Ollama client gets Ollama's own bytes, streamed by default") {
    TestRouter router;
    const HttpAnswer stream = router.post("/api/chat", chat_body("What is 2+2?"));
    REQUIRE(stream.status == 200);
    CHECK(stream.header("content-type") == "application/x-ndjson");
    CHECK(ndjson_content(stream.body).find("mistral:7b") != std::string::npos);
    CHECK(stream.body.find("\"done\":true") != std::string::npos);
    const HttpAnswer plain =
        router.post("/api/chat", chat_body("What is 2+2?", "\"stream\":false"));
    CHECK(json_at(plain.body, "/message/content") == ndjson_content(stream.body));
    const HttpAnswer generated =
        router.post("/api/generate", R"({"model":"auto","prompt":"What is 2+2?","stream":false})");
    CHECK(json_at(generated.body, "/response") != "");
}

TEST_CASE("both dialects work on the external upstream") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
    const HttpAnswer openai = router.post("/v1/chat/completions", chat_body(kComplex));
    REQUIRE(openai.status == 200);
    CHECK(openai.header("x-router-local") == "0");
    CHECK(openai.header("x-router-model") == "gpt-4o-mini");
    CHECK(openai.header("x-router-cost-usd").starts_with("0.0000"));
    CHECK(json_at(openai.body, "/choices/0/message/content").find("gpt-4o-mini") !=
          std::string::npos);

    const HttpAnswer ollama = router.post("/api/chat", chat_body(kComplex));
    REQUIRE(ollama.status == 200);
    CHECK(ollama.header("x-router-local") == "0");
    CHECK(ndjson_content(ollama.body) == json_at(openai.body, "/choices/0/message/content"));
    CHECK(ollama.body.find("\"done\":true") != std::string::npos);
    CHECK(ollama.body.find("prompt_eval_count") != std::string::npos);

    const HttpAnswer stream =
        router.post("/v1/chat/completions", chat_body(kComplex, "\"stream\":true"));
    CHECK(sse_content(stream.body) == json_at(openai.body, "/choices/0/message/content"));
    CHECK(stream.body.find("\"usage\"") == std::string::npos);
    CHECK(stream.body.ends_with("data: [DONE]\n\n"));
}

TEST_CASE("tools are passed through and their calls come back in the client's form") {
    TestRouter router([] { return Environment{}; }(),
                      [](simulator::SimulatorOptions& options) {
                          for (auto& model : options.models)
                              model.capabilities = {"completion", "tools"};
                      });
    const std::string tools =
        R"("tools":[{"type":"function","function":{"name":"get_weather","description":"Weather",)"
        R"("parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}])";
    const HttpAnswer openai =
        router.post("/v1/chat/completions", chat_body("What is the weather in Paris?", tools));
    REQUIRE(openai.status == 200);
    CHECK(json_at(openai.body, "/choices/0/finish_reason") == "tool_calls");
    CHECK(json_at(openai.body, "/choices/0/message/tool_calls/0/function/name") == "get_weather");
    CHECK(json_at(json_at(openai.body, "/choices/0/message/tool_calls/0/function/arguments"),
                  "/city") != "");
    const HttpAnswer ollama = router.post(
        "/api/chat", chat_body("What is the weather in Paris?", tools + ",\"stream\":false"));
    CHECK(json_at(ollama.body, "/message/tool_calls/0/function/arguments/city") != "");
}

TEST_CASE("embeddings stay local, floats and base64, one and many") {
    TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
    const HttpAnswer floats =
        router.post("/v1/embeddings", R"({"model":"auto","input":["one","two"]})");
    REQUIRE(floats.status == 200);
    CHECK(floats.header("x-router-model").starts_with("nomic-embed-text"));
    CHECK(floats.header("x-router-local") == "1");
    CHECK(json_at(floats.body, "/data/1/index") == "1");
    const HttpAnswer base64 = router.post(
        "/v1/embeddings", R"({"model":"auto","input":"one","encoding_format":"base64"})");
    std::string bytes;
    REQUIRE(base64_decode(json_at(base64.body, "/data/0/embedding"), bytes));
    CHECK(bytes.size() == 768 * 4);
    const HttpAnswer ollama = router.post("/api/embed", R"({"model":"auto","input":"one"})");
    CHECK(json_at(ollama.body, "/embeddings/0/0") != "");
    const HttpAnswer legacy = router.post("/api/embeddings", R"({"model":"auto","prompt":"one"})");
    CHECK(json_at(legacy.body, "/embedding/0") != "");
}

TEST_CASE("the model lists show virtual and installed models in each dialect") {
    TestRouter router;
    const std::string openai = router.get("/v1/models").body;
    CHECK(openai.find("\"mistral:7b\"") != std::string::npos);
    CHECK(openai.find("\"auto") != std::string::npos);
    const std::string tags = router.get("/api/tags").body;
    CHECK(tags.find("\"auto:latest\"") != std::string::npos);
    CHECK(tags.find("\"codellama:13b\"") != std::string::npos);
    CHECK(json_at(router.get("/api/ps").body, "/models") != "");
    CHECK(json_at(router.get("/api/version").body, "/version") != "");
    CHECK(json_at(router.post("/api/show", R"({"model":"mistral:7b"})").body, "/model_info") != "");
    CHECK(json_at(router.post("/api/show", R"({"name":"auto"})").body, "/model_info") != "");
    CHECK(router.post("/api/show", R"({"model":"nobody"})").status == 404);
    CHECK(router.get("/").body == "Ollama is running");
}

TEST_CASE(
    "paths without /v1 and with doubled slashes work, HEAD has no body, 404 and 405 are typed") {
    TestRouter router;
    CHECK(router.post("/chat/completions", chat_body("Hello")).status == 200);
    CHECK(router.post("//v1//chat/completions/", chat_body("Hello")).status == 200);
    CHECK(router.get("/v1/api/tags").status == 200);
    HttpConnection connection(router.port());
    const HttpAnswer head = connection.request("HEAD", "/api/version");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(connection.request("GET", "/health").status == 200);
    const HttpAnswer missing = connection.request("GET", "/v1/nothing");
    CHECK(missing.status == 404);
    CHECK(json_at(missing.body, "/error/code") == "not_found");
    const HttpAnswer wrong = connection.request("GET", "/api/chat");
    CHECK(wrong.status == 405);
    CHECK(wrong.header("allow") == "POST");
    CHECK(json_at(wrong.body, "/error") != "");
}

TEST_CASE("a bad request is refused in the client's dialect with a stable code") {
    TestRouter router;
    const HttpAnswer broken = router.post("/v1/chat/completions", "{\"model\":");
    CHECK(broken.status == 400);
    CHECK(json_at(broken.body, "/error/code") == "invalid_json");
    const HttpAnswer empty = router.post("/api/chat", "");
    CHECK(empty.status == 400);
    CHECK(json_at(empty.body, "/error") == "missing request body");
    const HttpAnswer unknown =
        router.post("/v1/chat/completions", R"({"model":"mistrall:7b","messages":[)"
                                            R"({"role":"user","content":"hi"}]})");
    CHECK(unknown.status == 404);
    CHECK(json_at(unknown.body, "/error/code") == "model_not_found");
    CHECK(json_at(unknown.body, "/error/message").find("mistral:7b") != std::string::npos);
    const HttpAnswer header =
        router.post("/v1/chat/completions", chat_body("hi"), {{"x-router-privacy", "lokal"}});
    CHECK(header.status == 400);
}
