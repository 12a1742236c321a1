// The context that Ollama is told to use, and prompts that it cuts all the same.
#include <chrono>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string num_ctx_of_last(const TestRouter& router) {
    return json_at(router.simulator->requests().back().body, "/options/num_ctx");
}

const std::map<std::string, std::string> kLocal{{"x-router-route", "local"}};

}  // namespace

TEST_CASE("every query of a model names the same context, until one needs more") {
    const TestRouter router;
    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    CHECK(num_ctx_of_last(router) == "8192");
    router.post("/api/chat", chat_body("What is 2+2?", R"("options":{"num_ctx":2048})"));
    CHECK(num_ctx_of_last(router) == "8192");  // less would make Ollama load the model again
    router.post("/api/generate", R"({"model":"auto","prompt":"What is 2+2?"})");
    CHECK(num_ctx_of_last(router) == "8192");
    const std::string longer = repeated("The quick brown fox jumps over the lazy dog. ", 900);
    CHECK(router
              .post("/v1/chat/completions",
                    R"({"model":"mistral:7b","messages":[{"role":"user","content":")" + longer +
                        "\"}]}")
              .status == 200);
    CHECK(num_ctx_of_last(router) == "16384");
    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    CHECK(num_ctx_of_last(router) == "16384");
    CHECK(json_at(router.get("/router/queries").body, "/queries/0/num_ctx") == "16384");
}

TEST_CASE("a client's own larger context is a wish for so much at least") {
    const TestRouter router;
    router.post("/api/chat", chat_body("What is 2+2?", R"("options":{"num_ctx":9000})"));
    CHECK(num_ctx_of_last(router) == "16384");
}

TEST_CASE("a load that a growing context causes does not teach that fewer models fit") {
    const TestRouter router({}, [](simulator::SimulatorOptions& options) {
        options.behaviour.load_time = std::chrono::milliseconds(300);
    });
    const auto ask = [&](const std::string& model, const std::string& text) {
        return router.post("/v1/chat/completions",
                           R"({"model":")" + model + R"(","messages":[{"role":"user","content":)" +
                               json_quote(text) + "}]}");
    };
    CHECK(ask("mistral:7b", "Hi").status == 200);
    CHECK(ask("codellama:13b", "Hi").status == 200);
    const std::string longer = repeated("The quick brown fox jumps over the lazy dog. ", 900);
    CHECK(ask("mistral:7b", longer).status == 200);
    CHECK(num_ctx_of_last(router) == "16384");
    CHECK(router.simulator->load_count() == 3);
    CHECK(router.app->services().admission->view(0, "codellama:13b").loaded);
    CHECK(router.get("/metrics")
              .body.find("\nllm_router_load_waits_total{upstream=\"ollama\"} 3\n") !=
          std::string::npos);
}

TEST_CASE("a prompt beyond the largest context is refused, not cut") {
    const TestRouter router(Environment{{"LLM_NUM_CTX", "1024"}, {"LLM_NUM_CTX_MAX", "1024"}});
    const HttpAnswer answer = router.post(
        "/v1/chat/completions", chat_body(repeated("What is the meaning of life? ", 300)));
    CHECK(answer.status == 400);
    CHECK(json_at(answer.body, "/error/code") == "context_length_exceeded");
    CHECK(router.simulator->requests().empty());
}

TEST_CASE("a prompt that Ollama cut is recorded and shown") {
    const TestRouter router(Environment{{"LLM_NUM_CTX", "512"}, {"LLM_NUM_CTX_MAX", "512"}});
    // The simulated model has more tokens for this than anybody would think.
    const HttpAnswer answer =
        router.post("/v1/chat/completions", chat_body(repeated("! ? ", 150)), kLocal);
    CHECK(answer.status == 200);
    CHECK(answer.header("x-router-truncated") == "1");
    CHECK(json_at(router.get("/router/queries").body, "/queries/0/truncated") == "true");
    CHECK(router.get("/metrics").body.find("\nllm_router_truncated_prompts_total 1\n") !=
          std::string::npos);
    const HttpAnswer whole = router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    CHECK(whole.header("x-router-truncated").empty());
}
