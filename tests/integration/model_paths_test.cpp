// Which models there are, in every client's words, and the paths that lead to one.
#include <set>

#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kHi = R"({"messages":[{"role":"user","content":"Hi"}]})";

std::string with_model(const std::string& model) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hi"}]})";
}

bool is_hex_digest(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

TEST_CASE("one model is looked up by its id, whatever it holds") {
    const TestRouter router(TestRouter::with_external());
    for (const char* path : {"/v1/models/mistral:7b", "/models/mistral:7b",
                             "/openai/models/mistral:7b", "/openai/v1/models/mistral%3a7b",
                             "/api/v1/models/mistral:7b", "//v1//models/mistral:7b/"}) {
        CAPTURE(path);
        const HttpAnswer answer = router.get(path);
        CHECK(answer.status == 200);
        CHECK(json_at(answer.body, "/id") == "mistral:7b");
        CHECK(json_at(answer.body, "/object") == "model");
        CHECK(json_at(answer.body, "/owned_by") == "library");
    }
    CHECK(json_at(router.get("/v1/models/auto").body, "/owned_by") == "llm-router");
    CHECK(json_at(router.get("/v1/models/auto-code:latest").body, "/id") == "auto-code:latest");
    CHECK(json_at(router.get("/v1/models/openai/gpt-4o").body, "/id") == "openai/gpt-4o");
    CHECK(json_at(router.get("/v1/models/openai%2Fgpt-4o").body, "/id") == "openai/gpt-4o");
    const HttpAnswer unknown = router.get("/v1/models/nobody/has:this");
    CHECK(unknown.status == 404);
    CHECK(json_at(unknown.body, "/error/code") == "model_not_found");
    CHECK(router.post("/v1/models/mistral:7b", "{}").status == 405);
}

TEST_CASE("an Anthropic client gets the lists in its own shape") {
    const TestRouter router;
    const std::map<std::string, std::string> anthropic{{"anthropic-version", "2023-06-01"}};
    const std::string all = router.get("/v1/models?limit=1000", anthropic).body;
    CHECK(json_at(all, "/data/0/type") == "model");
    CHECK(json_at(all, "/data/0/id") == "auto:latest");
    CHECK(json_at(all, "/data/0/display_name") == "auto:latest");
    CHECK(json_at(all, "/data/0/created_at").find('T') != std::string::npos);
    CHECK(json_at(all, "/has_more") == "false");
    CHECK(json_at(all, "/first_id") == "auto:latest");
    CHECK(json_at(all, "/object").empty());

    const std::string page = router.get("/v1/models?limit=2", anthropic).body;
    CHECK(json_at(page, "/has_more") == "true");
    CHECK(json_at(page, "/data/2").empty());
    const std::string last = json_at(page, "/last_id");
    const std::string next = router.get("/v1/models?limit=2&after_id=" + last, anthropic).body;
    CHECK(json_at(next, "/data/0/id") == json_at(all, "/data/2/id"));
    const std::string back =
        router.get("/models?before_id=" + json_at(next, "/first_id"), anthropic).body;
    CHECK(json_at(back, "/last_id") == last);
    CHECK(router.get("/v1/models?limit=0", anthropic).status == 400);
    CHECK(router.get("/v1/models?after_id=nobody", anthropic).status == 400);

    const std::string one = router.get("/v1/models/mistral:7b", anthropic).body;
    CHECK(json_at(one, "/type") == "model");
    CHECK(json_at(one, "/id") == "mistral:7b");
    for (const char* path : {"/v1/models/nobody-has-this", "/v1/nothing", "/v1/messages/batches"}) {
        const HttpAnswer unknown = router.get(path, anthropic);
        CHECK(unknown.status == 404);
        CHECK(json_at(unknown.body, "/type") == "error");
        CHECK(json_at(unknown.body, "/error/type") == "not_found_error");
    }
    // The SDK's key alone tells as well; an OpenAI client sends a bearer.
    CHECK(json_at(router.get("/v1/models", {{"x-api-key", "any"}}).body, "/first_id") != "");
    CHECK(json_at(router.get("/v1/models", {{"Authorization", "Bearer any"}}).body, "/object") ==
          "list");
}

TEST_CASE("an Azure deployment is the model, whatever the body says") {
    const TestRouter router;
    const std::string path = "/chat/completions?api-version=2024-10-21";
    for (const std::string& body : {kHi, with_model("gemma:7b"), with_model("nobody-has-this")}) {
        const HttpAnswer answer = router.post("/openai/deployments/mistral:7b" + path, body);
        CHECK(answer.status == 200);
        CHECK(answer.header("x-router-model") == "mistral:7b");
    }
    CHECK(router.post("/openai/deployments/mistral%3A7b" + path, kHi).status == 200);
    CHECK(router.post("/openai/deployments/auto" + path, kHi).status == 200);
    // The SDK puts the body's model into the path as it is.
    CHECK(
        router.post("/openai/deployments/ollama/mistral:7b" + path, kHi).header("x-router-model") ==
        "mistral:7b");
    CHECK(router.post("/openai/deployments/nobody-has-this" + path, kHi).status == 404);
    const HttpAnswer vectors = router.post(
        "/openai/deployments/nomic-embed-text/embeddings?api-version=preview", R"({"input":"a"})");
    CHECK(vectors.status == 200);
    CHECK(vectors.header("x-router-model") == "nomic-embed-text:latest");
    CHECK(router.post("/openai/deployments/embeddings", kHi).status == 404);
    CHECK(router.post("/openai/deployments//embeddings", kHi).status == 404);
    CHECK(router.post("/openai/deployments/auto", kHi).status == 404);
    CHECK(router.get("/openai/deployments/auto/chat/completions").status == 405);

    CHECK(router.post("/openai/v1/chat/completions", with_model("mistral:7b")).status == 200);
    CHECK(json_at(router.get("/openai/v1/models").body, "/object") == "list");
    CHECK(json_at(router.get("/openai/models?api-version=2024-10-21").body, "/object") == "list");
}

TEST_CASE("completions are an endpoint under each of their names") {
    const TestRouter router;
    for (const char* path : {"/v1/completions", "/completions", "/api/v1/completions",
                             "/openai/deployments/auto/completions"}) {
        CAPTURE(path);
        CHECK(router.get(path).status == 405);
        CHECK(router.get(path).header("allow") == "POST");
        const HttpAnswer answer = router.post(path, R"({"model":"auto","prompt":"Hi"})");
        CHECK(answer.status == 200);
        CHECK(json_at(answer.body, "/object") == "text_completion");
    }
    const HttpAnswer named =
        router.post("/openai/deployments/mistral:7b/completions", R"({"prompt":"Hi"})");
    CHECK(named.header("x-router-model") == "mistral:7b");
}

TEST_CASE("which endpoint a body is for is told from its members") {
    const TestRouter router;
    const auto type = [&](const char* body) {
        return json_at(router.post("/router/explain", body).body, "/type");
    };
    CHECK(type(R"({"model":"auto","input":"a"})") == "embedding");
    CHECK(type(R"({"model":"auto","prompt":"What is 2+2?"})") == "simple");
    CHECK(router.post("/router/explain?for=/completions", R"({"model":"auto","prompt":"a"})")
              .status == 200);
}

TEST_CASE("virtual models are in Ollama's lists as real ones are") {
    const TestRouter router;
    std::set<std::string> digests;
    const std::string tags = router.get("/api/tags").body;
    std::size_t count = 0;
    for (; !json_at(tags, "/models/" + std::to_string(count)).empty(); ++count) {
        const std::string at = "/models/" + std::to_string(count);
        CHECK(json_at(tags, at + "/name") == json_at(tags, at + "/model"));
        CHECK(is_hex_digest(json_at(tags, at + "/digest")));
        CHECK(json_at(tags, at + "/details/families/0") != "");
        digests.insert(json_at(tags, at + "/digest"));
    }
    CHECK(digests.size() == count);
    CHECK(json_at(tags, "/models/0/name") == "auto:latest");

    const std::string running = router.get("/api/ps").body;
    CHECK(json_at(running, "/models/0/name") == "auto:latest");
    CHECK(json_at(running, "/models/0/digest") == json_at(tags, "/models/0/digest"));
    CHECK(json_at(running, "/models/0/size_vram") == "0");
    CHECK(json_at(running, "/models/0/expires_at") == "2318-01-01T00:00:00Z");
    CHECK(json_at(running, "/models/0/context_length") != "");
}

TEST_CASE("what a virtual model can do is shown under either key, and for routed names") {
    const TestRouter router(TestRouter::with_external());
    for (const char* body : {R"({"model":"auto"})", R"({"name":"auto:latest"})",
                             R"({"model":"openai/gpt-4o"})", R"({"model":"gpt-4o"})"}) {
        CAPTURE(body);
        const HttpAnswer answer = router.post("/api/show", body);
        CHECK(answer.status == 200);
        CHECK(json_at(answer.body, "/capabilities/0") == "completion");
        CHECK(json_at(answer.body, "/capabilities/1") == "tools");
        CHECK(json_at(answer.body, "/model_info/general.architecture") == "llama");
        const std::string window = json_at(answer.body, "/model_info/llama.context_length");
        CHECK(window != "");
        CHECK(json_at(answer.body, "/parameters") == "num_ctx                        " + window);
        CHECK(answer.body.find("context_length") == answer.body.rfind("context_length"));
        CHECK(json_at(answer.body, "/template").find("{{ .Tools }}") != std::string::npos);
        CHECK(answer.body.find(".Suffix") == std::string::npos);
    }
    CHECK(router.post("/api/show", R"({"model":"nobody-has-this"})").status == 404);
    CHECK(router.post("/api/show", "{}").status == 400);
}

TEST_CASE("vision is promised where an installed model sees") {
    const auto capabilities = [](bool sees) {
        const TestRouter router({}, [sees](simulator::SimulatorOptions& options) {
            simulator::SimulatedModel model;
            model.name = "seer:8b";
            model.family = "llama";
            model.parameter_size = "8B";
            model.capabilities = {"completion"};
            if (sees) model.capabilities.emplace_back("vision");
            options.models = {model};
        });
        return json_at(router.post("/api/show", R"({"model":"auto"})").body, "/capabilities");
    };
    CHECK(capabilities(true) == R"(["completion","tools","vision"])");
    CHECK(capabilities(false) == R"(["completion","tools"])");
}

TEST_CASE("what Ollama's clients probe is answered to GET and HEAD") {
    const TestRouter router;
    for (const char* path : {"/", "/api/version", "/api/tags"}) {
        CAPTURE(path);
        CHECK(router.get(path).status == 200);
        HttpConnection connection = HttpConnection(router.port());
        const HttpAnswer head = connection.request("HEAD", path);
        CHECK(head.status == 200);
        CHECK(head.header("content-length") != "0");
        CHECK(connection.request("GET", "/").body == "Ollama is running");
    }
    const std::string version = json_at(router.get("/api/version").body, "/version");
    CHECK(version.find_first_not_of("0123456789.") == version.npos);
    CHECK(version.find('.') != version.npos);
    CHECK(json_at(router.get("/api/status").body, "/cloud/disabled") == "true");
    const HttpAnswer unknown = router.get("/api/nothing");
    CHECK(unknown.status == 404);
    CHECK(json_at(unknown.body, "/error") == "there is no such endpoint");
}
