// Conversations that stay with their model, from the first answer to the bytes of a switch.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

using Headers = std::map<std::string, std::string>;

/// The share grants everything.
Environment generous(Environment settings = {}) {
    settings.emplace("LLM_LOCAL_THRESHOLD", "0");
    return TestRouter::with_external(std::move(settings));
}

std::string message(const std::string& role, const std::string& text) {
    return R"({"role":")" + role + R"(","content":)" + json_quote(text) + "}";
}

std::string chat_of(const std::string& messages) {
    return R"({"model":"auto","messages":[)" + messages + "]}";
}

HttpAnswer ask(const TestRouter& router, const std::string& body, const Headers& headers = {}) {
    HttpAnswer answer = router.post("/v1/chat/completions", body, headers);
    CHECK(answer.status == 200);
    return answer;
}

std::size_t remembered(const TestRouter& router) {
    return router.app->services().conversations.size();
}

std::string switches(const TestRouter& router) {
    const std::string text = router.get("/metrics").body;
    const std::string name = "\nllm_router_conversation_switches_total ";
    const std::size_t at = text.find(name);
    return at == text.npos
               ? ""
               : text.substr(at + name.size(), text.find('\n', at + 1) - at - name.size());
}

const Headers kSession{{"x-router-session", "trip"}};

}  // namespace

TEST_CASE("a session stays external after a complex beginning, and others do not") {
    TestRouter router(generous());
    CHECK(ask(router, chat_body(kComplex), kSession).header("x-router-local") == "0");
    const HttpAnswer next = ask(router, chat_body("Thanks"), kSession);
    CHECK(next.header("x-router-local") == "0");
    CHECK(next.header("x-router-reason").find("the conversation stays with gpt-4o-mini") !=
          std::string::npos);
    CHECK(ask(router, chat_body("Thanks")).header("x-router-local") == "1");
    const Headers other{{"x-router-session", "other trip"}};
    CHECK(ask(router, chat_body("Thanks"), other).header("x-router-local") == "1");
}

TEST_CASE("a conversation is known by how it began, once it has answers") {
    TestRouter router(generous());
    const std::string first = message("user", kComplex);
    CHECK(ask(router, chat_of(first)).header("x-router-local") == "0");
    const std::string history = first + "," + message("assistant", "Well.") + ",";
    const HttpAnswer next = ask(router, chat_of(history + message("user", "Thanks")));
    CHECK(next.header("x-router-local") == "0");
    // In Ollama's dialect it is the same conversation.
    const HttpAnswer ollama =
        router.post("/api/chat", chat_of(history + message("user", "Thanks")));
    CHECK(ollama.header("x-router-local") == "0");
    // Another beginning with the same end is another one.
    const std::string elsewhere = message("user", "Hello") + "," + message("assistant", "Hi") + ",";
    CHECK(ask(router, chat_of(elsewhere + message("user", "Thanks"))).header("x-router-local") ==
          "1");
}

TEST_CASE("equal queries without a history are not tied together") {
    TestRouter router(generous());
    const Headers external{{"x-router-route", "external"}};
    CHECK(ask(router, chat_body("Hi"), external).header("x-router-local") == "0");
    CHECK(ask(router, chat_body("Hi")).header("x-router-local") == "1");
}

TEST_CASE("a session stays with its local model, and leaves it when complexity rises") {
    TestRouter router(generous());
    const Headers medium{{"x-router-session", "trip"}, {"x-router-type", "medium"}};
    CHECK(ask(router, chat_body("Hi"), medium).header("x-router-model") == "codellama:13b");
    const HttpAnswer stays = ask(router, chat_body("What is 2+2?"), kSession);
    CHECK(stays.header("x-router-model") == "codellama:13b");
    CHECK(stays.header("x-router-reason").ends_with("the conversation stays with codellama:13b"));
    CHECK(switches(router) == "0");
    const HttpAnswer leaves = ask(router, chat_body(kComplex), kSession);
    CHECK(leaves.header("x-router-local") == "0");
    CHECK(leaves.header("x-router-reason").find("leaves codellama:13b: complexity rose from ") !=
          std::string::npos);
    CHECK(switches(router) == "1");
}

TEST_CASE("explain tells of the conversation and changes nothing") {
    TestRouter router(generous());
    const auto explained = [&](const std::string& text) {
        return json_at(router.post("/router/explain", chat_body(text), kSession).body, "/reason");
    };
    explained(kComplex);
    CHECK(remembered(router) == 0);
    ask(router, chat_body(kComplex), kSession);
    CHECK(remembered(router) == 1);
    for (int i = 0; i < 2; ++i) {
        CHECK(explained("Thanks").find("the conversation stays with gpt-4o-mini") !=
              std::string::npos);
    }
    CHECK(remembered(router) == 1);
}

TEST_CASE("a conversation stays with what answered when its model failed") {
    TestRouter router(generous());
    CHECK(ask(router, chat_body("Hi"), kSession).header("x-router-model") == "mistral:7b");
    simulator::Behaviour broken;
    broken.error_status = 500;
    router.simulator->set_behaviour("mistral:7b", broken);
    CHECK(ask(router, chat_body("What is 2+2?"), kSession).header("x-router-local") == "0");
    router.simulator->set_behaviour("mistral:7b", simulator::Behaviour());
    CHECK(ask(router, chat_body("Thanks"), kSession).header("x-router-local") == "0");
    CHECK(switches(router) == "1");
}

TEST_CASE("what failed is not remembered") {
    TestRouter router(Environment{{"LLM_FALLBACK_POLICY", "never"}});
    simulator::Behaviour broken;
    broken.error_status = 500;
    router.simulator->set_behaviour("mistral:7b", broken);
    CHECK(router.post("/v1/chat/completions", chat_body("Hi"), kSession).status == 500);
    CHECK(remembered(router) == 0);
}

TEST_CASE("LLM_STICKY_SECONDS=0 switches it off") {
    TestRouter router(generous({{"LLM_STICKY_SECONDS", "0"}}));
    CHECK(ask(router, chat_body(kComplex), kSession).header("x-router-local") == "0");
    CHECK(ask(router, chat_body("Thanks"), kSession).header("x-router-local") == "1");
    CHECK(remembered(router) == 0);
}

TEST_CASE("a local-only query leaves an external conversation, with its history cleaned") {
    TestRouter router(generous());
    ask(router, chat_body(kComplex), kSession);
    const std::string history =
        message("user", kComplex) +
        R"(,{"role":"assistant","content":"Well.","reasoning_content":"hm","tool_calls":[{"id":)"
        R"("call_that_is_rather_long","type":"function","function":{"name":"f","arguments":"{}"}}]})"
        R"(,{"role":"tool","tool_call_id":"call_that_is_rather_long","content":"1"},)";
    const std::string body = chat_of(history + message("user", "Thanks"));
    const auto sent = [&] { return router.simulator->requests().back().body; };

    // To the model that wrote it, as it is.
    CHECK(ask(router, body, kSession).header("x-router-local") == "0");
    CHECK(json_at(sent(), "/messages/1/reasoning_content") == "hm");
    CHECK(json_at(sent(), "/messages/1/tool_calls/0/id") == "call_that_is_rather_long");

    Headers kept = kSession;
    kept["x-router-privacy"] = "local-only";
    CHECK(ask(router, body, kept).header("x-router-local") == "1");
    const std::string id = json_at(sent(), "/messages/1/tool_calls/0/id");
    CHECK(id.size() == 9);
    CHECK(json_at(sent(), "/messages/2/tool_call_id") == id);
    CHECK(json_at(sent(), "/messages/1/thinking") == "");
    CHECK(json_at(sent(), "/messages/1/content") == "Well.");

    // Its own turns since then are its own; what came before stays as it was sent.
    const std::string longer =
        chat_of(history + message("user", "Thanks") +
                R"(,{"role":"assistant","content":"Welcome.","reasoning_content":"own"},)" +
                message("user", "Bye"));
    CHECK(ask(router, longer, kept).header("x-router-local") == "1");
    CHECK(json_at(sent(), "/messages/1/tool_calls/0/id") == id);
    CHECK(json_at(sent(), "/messages/1/thinking") == "");
    CHECK(json_at(sent(), "/messages/4/thinking") == "own");
}
