// Requests for the Gemini API and Vertex AI.
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/gemini_model.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

Result<UpstreamRequest> built(const std::string& body, const Target& wanted,
                              Dialect client = Dialect::openai_chat,
                              Operation operation = Operation::chat) {
    JsonParser parser;
    const auto request = parse_request(client, operation, parser.parse(body).value());
    REQUIRE(request.has_value());
    Target target = wanted;
    target.dialect = Dialect::gemini;
    return build_request(*request, body, target);
}

Target on(std::string_view model, bool vertex = false) {
    Target target;
    target.model = model;
    target.vertex = vertex;
    return target;
}

/// The value at a JSON pointer of the body that a chat of these members becomes; "" if there is
/// none.
std::string at(const std::string& pointer, const std::string& members, const Target& target,
               Dialect client = Dialect::openai_chat) {
    const auto request = built("{" + members + "}", target, client);
    REQUIRE(request.has_value());
    JsonParser parser;
    auto value = parser.parse(request->body).value().at_pointer(pointer);
    return value.error() == simdjson::SUCCESS ? to_json(value.value()) : "";
}

const std::string kHi = R"("messages":[{"role":"user","content":"Hi"}])";

std::string thinking(std::string_view model, const std::string& effort) {
    return at("/generationConfig/thinkingConfig", kHi + R"(,"reasoning_effort":")" + effort + "\"",
              on(model));
}

std::string anthropic_thinking(std::string_view model, int budget) {
    return at("/generationConfig/thinkingConfig",
              R"("max_tokens":50000,"thinking":{"type":"enabled","budget_tokens":)" +
                  std::to_string(budget) + "}," + kHi,
              on(model), Dialect::anthropic);
}

const std::string kCalled =
    R"("messages":[{"role":"user","content":"?"},{"role":"assistant","tool_calls":[)"
    R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}EXTRA},)"
    R"({"id":"b","type":"function","function":{"name":"g","arguments":""}}]},)"
    R"({"role":"tool","tool_call_id":"b","content":"RESULT"},)"
    R"({"role":"tool","tool_call_id":"a","content":"plain"}])";

std::string called(const std::string& extra, const std::string& result = "plain") {
    std::string members = kCalled;
    members.replace(members.find("EXTRA"), 5, extra);
    return members.replace(members.find("RESULT"), 6, result);
}

}  // namespace

TEST_CASE("the path names the model, without the prefix that lists give it") {
    for (const char* name :
         {"gemini-2.5-flash", "models/gemini-2.5-flash", "google/gemini-2.5-flash"}) {
        CHECK(built("{" + kHi + "}", on(name))->path == "/models/gemini-2.5-flash:generateContent");
    }
    CHECK(built("{" + kHi + ",\"stream\":true}", on("m"))->path ==
          "/models/m:streamGenerateContent?alt=sse");
}

TEST_CASE("a name cannot leave its place in the path") {
    CHECK(gemini_path("../x?key=1#\r\n", "m") == "/models/..%2Fx%3Fkey%3D1%23%0D%0A:m");
}

TEST_CASE("the system prompt has a place of its own; later ones are told by the user") {
    const std::string members =
        R"("messages":[{"role":"system","content":"S"},{"role":"developer","content":"T"},)"
        R"({"role":"user","content":"Hi"},{"role":"system","content":"late"},)"
        R"({"role":"assistant","content":""},{"role":"assistant","content":"Yes?"}])";
    CHECK(at("/systemInstruction/parts/0/text", members, on("m")) == R"("S\n\nT")");
    CHECK(at("/contents", members, on("m")) ==
          R"([{"role":"user","parts":[{"text":"Hi"},{"text":"late"}]},)"
          R"({"role":"model","parts":[{"text":"Yes?"}]}])");
}

TEST_CASE("system messages alone are what the user says") {
    const std::string members = R"("messages":[{"role":"system","content":"S"}])";
    CHECK(at("/contents", members, on("m")) == R"([{"role":"user","parts":[{"text":"S"}]}])");
    CHECK(at("/systemInstruction", members, on("m")).empty());
}

TEST_CASE("images go as bytes, and as addresses not at all") {
    const auto members = [](const std::string& url) {
        return R"("messages":[{"role":"user","content":[{"type":"text","text":"?"},)"
               R"({"type":"image_url","image_url":{"url":")" +
               url + "\"}}]}]";
    };
    CHECK(at("/contents/0/parts/1", members("data:image/gif;base64,R0lGODlh"), on("m")) ==
          R"({"inlineData":{"mimeType":"image/gif","data":"R0lGODlh"}})");
    const auto refused = built("{" + members("https://example.org/a.png") + "}", on("m"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::unsupported_parameter);
    CHECK(refused.error().param == "messages[0].content[1]");
}

TEST_CASE("the images that a tool shows are the user's, behind all results") {
    const std::string body =
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},)"
        R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},)"
        R"({"type":"tool_use","id":"b","name":"f","input":{}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[)"
        R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},)"
        R"({"type":"tool_result","tool_use_id":"b","content":"x"}]}]})";
    const auto request = built(body, on("m"), Dialect::anthropic);
    REQUIRE(request.has_value());
    JsonParser parser;
    const auto root = parser.parse(request->body).value();
    CHECK(to_json(root.at_pointer("/contents/2").value()) ==
          R"({"role":"user","parts":[{"functionResponse":{"id":"a","name":"f",)"
          R"("response":{"output":""}}},{"functionResponse":{"id":"b","name":"f",)"
          R"("response":{"output":"x"}}}]})");
    CHECK(
        to_json(root.at_pointer("/contents/3").value()) ==
        R"({"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]})");
}

TEST_CASE("a result that is an object stays one, anything else is wrapped") {
    const std::string place = "/contents/2/parts/0/functionResponse";
    CHECK(at(place, called("", R"({\"n\":[1]})"), on("m")) ==
          R"({"id":"b","name":"g","response":{"n":[1]}})");
    CHECK(at(place + "/response", called("", "[1]"), on("m")) == R"({"output":"[1]"})");
    CHECK(at(place + "/response", called("", ""), on("m")) == R"({"output":""})");
    CHECK(at("/contents/2/parts/1/functionResponse/name", called(""), on("m")) == R"("f")");
}

TEST_CASE("Vertex AI gets no ids of calls") {
    CHECK(at("/contents/1/parts/0/functionCall", called(""), on("m", true)) ==
          R"({"name":"f","args":{}})");
    CHECK(at("/contents/2/parts/0/functionResponse/id", called(""), on("m", true)).empty());
}

TEST_CASE("a thought's signature comes back with its call") {
    const std::string signed_call =
        called(R"(,"extra_content":{"google":{"thought_signature":"c2ln"}})");
    const std::string place = "/contents/1/parts/0/thoughtSignature";
    for (const char* model : {"gemini-2.5-flash", "gemini-3-pro-preview"})
        CHECK(at(place, signed_call, on(model)) == R"("c2ln")");
    CHECK(at("/contents/1/parts/1/thoughtSignature", signed_call, on("gemini-3-flash")).empty());
}

TEST_CASE("a call without one gets Google's stand-in where Gemini 3 would refuse it") {
    const std::string place = "/contents/1/parts/0/thoughtSignature";
    for (const char* model : {"gemini-3-pro-preview", "gemini-3.5-flash", "gemini-flash-latest"})
        CHECK(at(place, called(""), on(model)) == R"("skip_thought_signature_validator")");
    CHECK(at("/contents/1/parts/1/thoughtSignature", called(""), on("gemini-3-pro")).empty());
    CHECK(at(place, called(""), on("gemini-2.5-pro")).empty());
}

TEST_CASE("the signature of a call that another model made is left out") {
    Target target = on("gemini-3-pro-preview");
    target.foreign_messages = 4;
    const auto request = built(
        "{" + called(R"(,"extra_content":{"google":{"thought_signature":"c2ln"}})") + "}", target);
    REQUIRE(request.has_value());
    CHECK(request->body.find("c2ln") == std::string::npos);
    CHECK(request->body.find("skip_thought_signature_validator") != std::string::npos);
}

TEST_CASE("how much Gemini 2.5 is to think is told in tokens") {
    CHECK(thinking("gemini-2.5-flash", "low") ==
          R"({"thinkingBudget":1024,"includeThoughts":true})");
    CHECK(thinking("gemini-2.5-pro", "high") ==
          R"({"thinkingBudget":24576,"includeThoughts":true})");
    CHECK(thinking("gemini-2.5-flash", "none") == R"({"thinkingBudget":0})");
    CHECK(thinking("gemini-2.5-pro", "none") == R"({"thinkingBudget":128})");
    CHECK(anthropic_thinking("gemini-2.5-flash", 40000) ==
          R"({"thinkingBudget":24576,"includeThoughts":true})");
    CHECK(anthropic_thinking("gemini-2.5-pro", 2000) ==
          R"({"thinkingBudget":2000,"includeThoughts":true})");
    CHECK(at("/generationConfig/thinkingConfig", kHi + R"(,"think":true)", on("gemini-2.5-flash"),
             Dialect::ollama) == R"({"thinkingBudget":-1,"includeThoughts":true})");
}

TEST_CASE("how much Gemini 3 is to think is told as a level that the model has") {
    CHECK(thinking("gemini-3-pro-preview", "low") ==
          R"({"thinkingLevel":"LOW","includeThoughts":true})");
    CHECK(thinking("gemini-3-pro-preview", "medium") ==
          R"({"thinkingLevel":"HIGH","includeThoughts":true})");
    CHECK(thinking("gemini-3.1-pro-preview", "medium") ==
          R"({"thinkingLevel":"MEDIUM","includeThoughts":true})");
    CHECK(thinking("gemini-3-pro-preview", "none") == R"({"thinkingLevel":"LOW"})");
    CHECK(thinking("gemini-3-flash-preview", "none") == R"({"thinkingLevel":"MINIMAL"})");
    CHECK(anthropic_thinking("gemini-3-flash", 8192) ==
          R"({"thinkingLevel":"MEDIUM","includeThoughts":true})");
    CHECK(at("/generationConfig/thinkingConfig", kHi + R"(,"think":true)", on("gemini-3-flash"),
             Dialect::ollama) == R"({"includeThoughts":true})");
}

TEST_CASE("a model that does not think is not told about it") {
    for (const char* model : {"gemini-2.0-flash", "gemini-2.5-flash-image", "gemma-3-27b-it"}) {
        const auto request = built("{" + kHi + R"(,"reasoning_effort":"high"})", on(model));
        REQUIRE(request.has_value());
        CHECK(request->body.find("thinkingConfig") == std::string::npos);
        CHECK(request->ignored == std::vector<std::string>{"reasoning_effort"});
    }
    CHECK(at("/generationConfig", kHi, on("gemini-2.5-flash")).empty());
}

TEST_CASE("sampling, as far as there is such a thing") {
    const auto request =
        built("{" + kHi +
                  R"(,"temperature":2.5,"top_p":0.5,"top_k":0,"min_p":0.1,"repeat_penalty":1.1,)"
                  R"("seed":4294967299,"presence_penalty":0.5,"frequency_penalty":-1,)"
                  R"("stop":["a",""],"logprobs":true,"top_logprobs":3,"max_tokens":7})",
              on("m"));
    REQUIRE(request.has_value());
    JsonParser parser;
    CHECK(to_json(parser.parse(request->body).value()["generationConfig"].value()) ==
          R"({"maxOutputTokens":7,"temperature":2,"topP":0.5,"seed":3,"presencePenalty":0.5,)"
          R"("frequencyPenalty":-1,"stopSequences":["a"],"responseLogprobs":true,"logprobs":3})");
    CHECK(request->ignored == std::vector<std::string>{"min_p", "repeat_penalty", "top_k"});
    const auto refused = built("{" + kHi + R"(,"stop":["1","2","3","4","5","6"]})", on("m"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().param == "stop");
}

TEST_CASE("a format beside tools is asked for in words where the model refuses it") {
    const std::string members =
        kHi + R"(,"response_format":{"type":"json_object"},"tools":[{"type":"function",)" +
        R"("function":{"name":"f","parameters":{}}}])";
    CHECK(at("/generationConfig", members, on("gemini-2.5-flash")).empty());
    CHECK(at("/systemInstruction/parts/0/text", members, on("gemini-2.5-flash")) ==
          R"("Answer with nothing but a JSON object")");
    CHECK(at("/generationConfig", members, on("gemini-3-flash")) ==
          R"({"responseMimeType":"application/json"})");
    CHECK(at("/tools", members, on("m")) == R"([{"functionDeclarations":[{"name":"f"}]}])");
}

TEST_CASE("who must call a tool, and who must not") {
    const auto choice = [](const std::string& word) {
        return at(
            "/toolConfig/functionCallingConfig",
            kHi + R"(,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":)" + word,
            on("m"));
    };
    CHECK(choice(R"("auto")") == R"({"mode":"AUTO"})");
    CHECK(choice(R"("none")") == R"({"mode":"NONE"})");
    CHECK(choice(R"("required")") == R"({"mode":"ANY"})");
    CHECK(choice(R"({"type":"function","function":{"name":"f"}})") ==
          R"({"mode":"ANY","allowedFunctionNames":["f"]})");
}

TEST_CASE("embeddings are a batch, or predictions on Vertex AI") {
    const std::string body = R"({"input":["a","b"],"dimensions":64})";
    const auto ask = [&](const Target& target) {
        return built(body, target, Dialect::openai_chat, Operation::embed);
    };
    const auto batch = ask(on("models/gemini-embedding-001"));
    REQUIRE(batch.has_value());
    CHECK(batch->path == "/models/gemini-embedding-001:batchEmbedContents");
    CHECK(batch->body ==
          R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[)"
          R"({"text":"a"}]},"outputDimensionality":64},{"model":"models/gemini-embedding-001",)"
          R"("content":{"parts":[{"text":"b"}]},"outputDimensionality":64}]})");
    const auto predict = ask(on("text-embedding-005", true));
    REQUIRE(predict.has_value());
    CHECK(predict->path == "/models/text-embedding-005:predict");
    CHECK(predict->body == R"({"instances":[{"content":"a"},{"content":"b"}],)"
                           R"("parameters":{"outputDimensionality":64}})");
    const auto refused = ask(on("google/gemini-embedding-001", true));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().param == "input");
    CHECK(refused.error().message.find("at most 1 text per request") != std::string::npos);
}

TEST_CASE("token ids belong to another vendor's tokenizer") {
    const auto refused =
        built(R"({"input":[1,2]})", on("m"), Dialect::openai_chat, Operation::embed);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().param == "input");
}
