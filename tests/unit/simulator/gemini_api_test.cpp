#include "simulator/gemini_api.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/gemini_request.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

const std::string kUser = R"({"role":"user","parts":[{"text":"Why?"}]})";

std::string body(const std::string& contents, const std::string& more = {}) {
    return R"({"contents":[)" + contents + "]" + more + "}";
}

std::string path(const std::string& model, const std::string& method = "generateContent") {
    return "/v1beta/models/" + model + ":" + method;
}

std::string vertex_path(const std::string& model, const std::string& method) {
    return "/v1/projects/p/locations/europe-west4/publishers/google/models/" + model + ":" + method;
}

std::string config(const std::string& members) {
    return R"(,"generationConfig":{)" + members + "}";
}

/// A call of f with these members beside it, and its result.
std::string called(const std::string& beside = {}, const std::string& id = {}) {
    return kUser + R"(,{"role":"model","parts":[{"functionCall":{)" + id +
           R"("name":"f","args":{}})" + beside +
           R"(}]},{"role":"user","parts":[{"functionResponse":{)" + id +
           R"("name":"f","response":{"output":"because"}}}]})";
}

const std::string kTools = R"(,"tools":[{"functionDeclarations":[{"name":"f"},{"name":"g",)"
                           R"("parametersJsonSchema":{"type":"object","properties":{"n":)"
                           R"({"type":"integer"}},"required":["n"]}}]}])";

std::string message_of(const Response& reply) {
    return reply.status == 200 ? std::string() : Json(reply.body).text("/error/message");
}

}  // namespace

TEST_CASE("an answer is one object") {
    Running running;
    const auto reply =
        running.gemini(path("gemini-2.0-flash"),
                       body(kUser, R"(,"systemInstruction":{"parts":[{"text":"Be brief"}]})"));
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/json; charset=UTF-8");
    const Json json(reply.body);
    CHECK(json.text("/candidates/0/content/role") == "model");
    CHECK(json.text("/candidates/0/content/parts/0/text") ==
          "Simulated answer of gemini-2.0-flash: you asked \"Why?\".");
    CHECK(json.text("/candidates/0/finishReason") == "STOP");
    CHECK(json.text("/modelVersion") == "gemini-2.0-flash");
    CHECK(json.number("/usageMetadata/promptTokenCount") > 0);
    CHECK(json.number("/usageMetadata/totalTokenCount") ==
          json.number("/usageMetadata/promptTokenCount") +
              json.number("/usageMetadata/candidatesTokenCount"));
    CHECK_FALSE(json.has("/usageMetadata/thoughtsTokenCount"));
}

TEST_CASE("models that think do so unasked, and show it when asked") {
    Running running;
    const auto ask = [&](const std::string& model, const std::string& thinking) {
        return running
            .gemini(path(model), body(kUser, config(R"("thinkingConfig":{)" + thinking + "}")))
            .body;
    };
    const Json hidden(ask("gemini-2.5-flash", ""));
    CHECK(hidden.number("/usageMetadata/thoughtsTokenCount") > 0);
    CHECK_FALSE(hidden.has("/candidates/0/content/parts/0/thought"));
    const Json shown(ask("gemini-2.5-pro", R"("includeThoughts":true)"));
    CHECK(bool(shown.at("/candidates/0/content/parts/0/thought")));
    CHECK_FALSE(shown.has("/candidates/0/content/parts/1/thought"));
    const Json off(ask("gemini-2.5-flash", R"("thinkingBudget":0)"));
    CHECK_FALSE(off.has("/usageMetadata/thoughtsTokenCount"));
    CHECK(Json(ask("gemini-3-pro-preview", R"("thinkingLevel":"LOW")"))
              .number("/usageMetadata/thoughtsTokenCount") > 0);
}

TEST_CASE("what a model cannot think is refused") {
    Running running;
    const auto ask = [&](const std::string& model, const std::string& thinking) {
        return running
            .gemini(path(model), body(kUser, config(R"("thinkingConfig":{)" + thinking + "}")))
            .status;
    };
    CHECK(ask("gemini-2.5-pro", R"("thinkingBudget":0)") == 400);
    CHECK(ask("gemini-2.5-flash", R"("thinkingLevel":"LOW")") == 400);
    CHECK(ask("gemini-3-pro-preview", R"("thinkingBudget":1)") == 400);
    CHECK(ask("gemini-3-pro-preview", R"("thinkingLevel":"MINIMAL")") == 400);
    CHECK(ask("gemini-3-pro-preview", R"("thinkingLevel":"LOW","thinkingBudget":1)") == 400);
    CHECK(ask("gemini-2.0-flash", "") == 400);
}

TEST_CASE("tools are called as the mode says, several at once if a switch says so") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto ask = [&](const std::string& model, const std::string& mode) {
        const std::string choice =
            mode.empty() ? mode : R"(,"toolConfig":{"functionCallingConfig":{)" + mode + "}}";
        return running.gemini(path(model), body(kUser, kTools + choice)).body;
    };
    const Json both(ask("gemini-3-pro-preview", ""));
    const std::string parts = "/candidates/0/content/parts";
    CHECK(both.text(parts + "/0/functionCall/name") == "f");
    CHECK_FALSE(both.text(parts + "/0/functionCall/id").empty());
    CHECK(both.text(parts + "/0/thoughtSignature") == call_signature("f"));
    CHECK(both.number(parts + "/1/functionCall/args/n") == 1);
    CHECK_FALSE(both.has(parts + "/1/thoughtSignature"));
    CHECK(both.text("/candidates/0/finishReason") == "STOP");
    const Json named(ask("gemini-2.5-flash", R"("mode":"ANY","allowedFunctionNames":["g"])"));
    CHECK(named.text(parts + "/0/functionCall/name") == "g");
    CHECK_FALSE(named.has(parts + "/0/functionCall/id"));
    CHECK_FALSE(named.has(parts + "/0/thoughtSignature"));
    CHECK(Json(ask("gemini-2.5-flash", R"("mode":"NONE")")).has(parts + "/0/text"));
}

TEST_CASE("Gemini 3 wants the signature of its call back, others do not") {
    Running running;
    const auto ask = [&](const std::string& model, const std::string& contents) {
        return message_of(running.gemini(path(model), body(contents, kTools)));
    };
    const std::string third = "gemini-3-pro-preview";
    const std::string own = R"(,"thoughtSignature":")" + call_signature("f") + "\"";
    CHECK(ask("gemini-2.5-flash", called()).empty());
    CHECK(ask(third, called(own)).empty());
    CHECK(ask(third, called(R"(,"thoughtSignature":"skip_thought_signature_validator")")).empty());
    CHECK(ask(third, called()).find("missing a thought_signature") != std::string::npos);
    CHECK(ask(third, called(R"(,"thoughtSignature":"AAAA")")) == "Thought signature is not valid.");
    // Once the user has spoken again, the call is past.
    CHECK(ask(third, called() + "," + kUser).empty());
}

TEST_CASE("turns have an order, and every call its response") {
    Running running;
    const auto ask = [&](const std::string& contents) {
        return message_of(running.gemini(path("gemini-2.5-flash"), body(contents, kTools)));
    };
    const std::string call =
        R"({"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]})";
    const std::string response =
        R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]})";
    CHECK(ask(kUser + "," + call + "," + response).empty());
    CHECK(ask(call + "," + response).find("function call turn comes immediately after") !=
          std::string::npos);
    CHECK(ask(kUser + "," + response).find("function response turn comes immediately after") !=
          std::string::npos);
    CHECK(ask(kUser + "," + call + "," + kUser).find("the number of function response parts") !=
          std::string::npos);
    CHECK(ask("").find("contents is not specified") != std::string::npos);
    CHECK(ask(R"({"role":"assistant","parts":[{"text":"x"}]})") ==
          "Please use a valid role: user, model.");
    CHECK_FALSE(ask(R"({"role":"user","parts":[]})").empty());
    CHECK_FALSE(ask(R"({"role":"user","parts":[{"text":""}]})").empty());
    CHECK_FALSE(
        ask(kUser + "," + call +
            R"(,{"role":"user","parts":[{"functionResponse":{"name":"f","response":"x"}}]})")
            .empty());
}

TEST_CASE("a tool's result is answered with text") {
    Running running;
    const Json json(running.gemini(path("gemini-2.5-flash"), body(called(), kTools)).body);
    CHECK(json.text("/candidates/0/content/parts/0/text") ==
          "Simulated answer of gemini-2.5-flash: the tool f says \"because\".");
}

TEST_CASE("unknown members are refused, and what is out of range") {
    Running running;
    const auto ask = [&](const std::string& more) {
        return message_of(running.gemini(path("gemini-2.0-flash"), body(kUser, more)));
    };
    CHECK(ask(R"(,"messages":[])") ==
          "Invalid JSON payload received. Unknown name \"messages\": Cannot find field.");
    CHECK(ask(config(R"("max_tokens":1)")).find("at 'generation_config'") != std::string::npos);
    CHECK_FALSE(ask(config(R"("temperature":2.1)")).empty());
    CHECK_FALSE(ask(config(R"("maxOutputTokens":8193)")).empty());
    CHECK_FALSE(ask(config(R"("stopSequences":["1","2","3","4","5","6"])")).empty());
    CHECK_FALSE(ask(config(R"("logprobs":1)")).empty());
    CHECK_FALSE(ask(kTools + config(R"("responseMimeType":"application/json")")).empty());
    CHECK(ask(config(R"("responseMimeType":"application/json","topK":3)")).empty());
}

TEST_CASE("why an answer ended, JSON and log-probabilities") {
    Running running;
    const auto ask = [&](const std::string& members) {
        return running.gemini(path("gemini-2.0-flash"), body(kUser, config(members))).body;
    };
    CHECK(Json(ask(R"("maxOutputTokens":3)")).text("/candidates/0/finishReason") == "MAX_TOKENS");
    const Json json(ask(R"("responseMimeType":"application/json","responseJsonSchema":)"
                        R"({"type":"object","properties":{"n":{"type":"integer"}}})"));
    CHECK(Json(json.text("/candidates/0/content/parts/0/text")).number("/n") >= 0);
    const Json logprobs(ask(R"("responseLogprobs":true,"logprobs":1,"maxOutputTokens":1)"));
    const std::string result = "/candidates/0/logprobsResult";
    CHECK(logprobs.text(result + "/chosenCandidates/0/token") ==
          logprobs.text(result + "/topCandidates/0/candidates/0/token"));
}

TEST_CASE("a prompt that is too long is told in Google's words") {
    Running running;
    std::string text;
    for (int i = 0; i < 1'100'000; ++i) {
        text += " x";
    }
    const auto reply = running.gemini(
        path("gemini-2.0-flash"), body(R"({"role":"user","parts":[{"text":")" + text + R"("}]})"));
    CHECK(reply.status == 400);
    CHECK(message_of(reply).find("exceeds the maximum number of tokens allowed (1048576)") !=
          std::string::npos);
}

TEST_CASE("keys: a header or a parameter on the one, a bearer on the other") {
    SimulatorOptions options;
    options.gemini_api_key = "secret";
    Running running(options);
    const auto ask = [&](const std::string& target, const std::string& headers) {
        return Client(running.simulator.gemini_port())
            .request("POST", target, body(kUser), headers);
    };
    const std::string own = path("gemini-2.0-flash");
    CHECK(ask(own, "x-goog-api-key: secret\r\n").status == 200);
    CHECK(ask(own + "?key=secret", "").status == 200);
    CHECK(ask(own, "").status == 403);
    const auto wrong = ask(own, "x-goog-api-key: other\r\n");
    CHECK(wrong.status == 400);
    CHECK(Json(wrong.body).text("/error/details/0/reason") == "API_KEY_INVALID");
    const std::string vertex = vertex_path("gemini-2.0-flash", "generateContent");
    CHECK(ask(vertex, "Authorization: Bearer secret\r\n").status == 200);
    CHECK(ask(vertex, "x-goog-api-key: secret\r\n").status == 401);
    CHECK(ask(vertex, "Authorization: Bearer other\r\n").status == 401);
}

TEST_CASE("Vertex AI knows no ids of calls") {
    Running running;
    const auto ask = [&](const std::string& id) {
        return running.gemini(vertex_path("gemini-2.5-flash", "generateContent"),
                              body(called({}, id), kTools));
    };
    CHECK(ask("").status == 200);
    CHECK(message_of(ask(R"("id":"a",)")).find("Unknown name \"id\"") != std::string::npos);
}

TEST_CASE("embeddings: one, a batch, predictions") {
    Running running;
    const std::string content = R"("content":{"parts":[{"text":"a"}]})";
    const Json one(
        running.gemini(path("gemini-embedding-001", "embedContent"), "{" + content + "}").body);
    CHECK(one.at("/embedding/values").get_array().value().size() == 3072);
    const std::string request =
        R"({"model":"models/text-embedding-005",)" + content + R"(,"outputDimensionality":8})";
    const Json batch(running
                         .gemini(path("text-embedding-005", "batchEmbedContents"),
                                 R"({"requests":[)" + request + "," + request + "]}")
                         .body);
    CHECK(batch.at("/embeddings").get_array().value().size() == 2);
    CHECK(batch.at("/embeddings/1/values").get_array().value().size() == 8);
    const std::string two = R"({"instances":[{"content":"a"},{"content":"b c"}]})";
    const Json predicted(running.gemini(vertex_path("text-embedding-005", "predict"), two).body);
    CHECK(predicted.number("/predictions/1/embeddings/statistics/token_count") == 2);
    CHECK(running.gemini(vertex_path("gemini-embedding-001", "predict"), two).status == 400);
    CHECK(running.gemini(path("gemini-2.0-flash", "embedContent"), "{" + content + "}").status ==
          404);
}

TEST_CASE("tokens are counted, and models listed") {
    Running running;
    const Json counted(running.gemini(path("gemini-2.0-flash", "countTokens"), body(kUser)).body);
    CHECK(counted.number("/totalTokens") == 2);
    const auto get = [&](const std::string& target) {
        return Client(running.simulator.gemini_port()).request("GET", target);
    };
    const Json list(get("/v1beta/models").body);
    CHECK(list.text("/models/0/name") == "models/gemini-2.5-flash");
    CHECK(bool(list.at("/models/0/thinking")));
    CHECK(list.number("/models/0/inputTokenLimit") == 1'048'576);
    CHECK(Json(get("/v1beta/models/gemini-2.5-pro").body).text("/name") == "models/gemini-2.5-pro");
    CHECK(get("/v1beta/models/nobody").status == 404);
    const Json vertex(get("/v1/projects/p/locations/l/publishers/google/models").body);
    CHECK(vertex.text("/publisherModels/0/name") == "publishers/google/models/gemini-2.5-flash");
}

TEST_CASE("paths that are none, and models that are none") {
    Running running;
    for (const char* target :
         {"/v1beta/models/gemini-2.0-flash:predict", "/v1beta/modelsx", "/v2/models/x:countTokens",
          "/v1/projects/p/locations/publishers/google/models/x:predict",
          "/v1beta/models/nobody:generateContent"}) {
        CAPTURE(target);
        CHECK(running.gemini(target, body(kUser)).status == 404);
    }
}

TEST_CASE("a switch lets requests fail in Google's shape") {
    Running running;
    Behaviour behaviour;
    behaviour.error_status = 429;
    behaviour.retry_after_seconds = 34;
    running.simulator.set_behaviour("gemini-2.0-flash", behaviour);
    const auto reply = running.gemini(path("gemini-2.0-flash"), body(kUser));
    CHECK(reply.status == 429);
    const Json json(reply.body);
    CHECK(json.text("/error/status") == "RESOURCE_EXHAUSTED");
    CHECK(json.text("/error/details/0/retryDelay") == "34s");
    const auto stream =
        running.gemini(path("gemini-2.0-flash", "streamGenerateContent?alt=sse"), body(kUser));
    CHECK(Json(stream.body).number("/0/error/code") == 429);
    CHECK(running.gemini(path("gemini-2.5-flash"), body(kUser)).status == 200);
}
