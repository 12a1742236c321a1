#include "simulator/ollama_api.hpp"

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

TEST_CASE("the lists and versions have Ollama's shape") {
    Running running;
    Client client(running.simulator.ollama_port());

    const auto root = client.request("GET", "/");
    CHECK(root.status == 200);
    CHECK(root.body == "Ollama is running");
    CHECK(root.headers.at("content-type") == "text/plain; charset=utf-8");
    CHECK(client.request("HEAD", "/").headers.at("content-length") == "17");
    CHECK(client.request("GET", "/api/version").body == R"({"version":"0.33.0"})");
    CHECK(client.request("HEAD", "/api/tags").status == 200);

    const auto tags = client.request("GET", "/api/tags?x=1");
    CHECK(tags.headers.at("content-type") == "application/json; charset=utf-8");
    const Json json(tags.body);
    const auto models = json.at("/models").get_array().value();
    REQUIRE(models.size() == 15);
    std::set<std::string> digests;
    for (const auto model : models) {
        CHECK(std::string_view(model["name"]) == std::string_view(model["model"]));
        digests.emplace(std::string_view(model["digest"]));
    }
    CHECK(digests.size() == 15);
    CHECK(digests.begin()->size() == 64);
    CHECK(json.text("/models/0/name") == "mistral:7b");
    CHECK(json.text("/models/14/name") == "nomic-embed-text:latest");
    CHECK(json.text("/models/0/details/parameter_size") == "7.2B");
    CHECK(json.text("/models/0/details/families/0") == "llama");
    CHECK(json.text("/models/0/modified_at") > json.text("/models/1/modified_at"));
}

TEST_CASE("details of a model hold one context length and its capabilities") {
    Running running;
    for (const auto* body : {R"({"model":"MISTRAL:7b"})", R"({"name":"mistral:7b"})"}) {
        CAPTURE(body);
        const Json show(running.ollama("POST", "/api/show", body).body);
        CHECK(show.text("/model_info/general.architecture") == "llama");
        CHECK(show.number("/model_info/llama.context_length") == 32'768);
        CHECK(show.number("/model_info/general.parameter_count") == 7'200'000'000);
        CHECK(show.text("/capabilities/1") == "tools");
        CHECK(show.text("/template").find("{{ .Tools }}") != std::string::npos);
    }
    const Json embedder(
        running.ollama("POST", "/api/show", R"({"model":"nomic-embed-text"})").body);
    CHECK(embedder.number("/model_info/nomic-bert.embedding_length") == 768);
    CHECK(embedder.text("/capabilities/0") == "embedding");
}

TEST_CASE("a chat without stream is one object") {
    Running running;
    const auto reply = running.ollama(
        "POST", "/api/chat",
        R"({"model":"mistral:7b","stream":false,"messages":[{"role":"user","content":"Why?"}]})");
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/json; charset=utf-8");
    const Json json(reply.body);
    CHECK(json.text("/model") == "mistral:7b");
    CHECK(json.text("/created_at").size() == 30);
    CHECK(json.text("/created_at").back() == 'Z');
    CHECK(json.text("/message/role") == "assistant");
    CHECK(json.text("/message/content") == "Simulated answer of mistral:7b: you asked \"Why?\".");
    CHECK_FALSE(json.has("/message/tool_calls"));
    CHECK_FALSE(json.has("/message/thinking"));
    CHECK(bool(json.at("/done")));
    CHECK(json.text("/done_reason") == "stop");
    CHECK(json.number("/prompt_eval_count") == 6);
    CHECK(json.number("/eval_count") > 5);
    CHECK(json.number("/total_duration") == json.number("/load_duration") +
                                                json.number("/prompt_eval_duration") +
                                                json.number("/eval_duration"));
}

TEST_CASE("generate answers in response, with a context unless it is raw") {
    Running running;
    const Json usual(running
                         .ollama("POST", "/api/generate",
                                 R"({"model":"mistral:7b","stream":false,"prompt":"Why?"})")
                         .body);
    CHECK(usual.text("/response").find("Why?") != std::string::npos);
    CHECK(usual.at("/context").is_array());
    CHECK_FALSE(usual.has("/message"));
    const Json raw(
        running
            .ollama("POST", "/api/generate",
                    R"({"model":"mistral:7b","stream":false,"prompt":"Why?","raw":true})")
            .body);
    CHECK_FALSE(raw.has("/context"));
}

TEST_CASE(
    "a request without content loads or unloads a model, and the list of loaded ones shows it") {
    Running running;
    Client client(running.simulator.ollama_port());
    CHECK(client.request("GET", "/api/ps").body == R"({"models":[]})");

    const auto load = client.request("POST", "/api/chat", R"({"model":"mistral:7b"})");
    CHECK(load.chunks.empty());
    const Json loaded(load.body);
    CHECK(loaded.text("/done_reason") == "load");
    CHECK(loaded.text("/message/content").empty());
    client.request(
        "POST", "/api/generate",
        R"({"model":"phi:2.7b","keep_alive":-1,"prompt":"x","options":{"num_ctx":999999}})");

    const Json list(client.request("GET", "/api/ps").body);
    CHECK(list.text("/models/0/name") == "phi:2.7b");
    CHECK(list.number("/models/0/context_length") == 2048);
    CHECK(list.text("/models/0/expires_at") == "2318-01-01T00:00:00Z");
    CHECK(list.text("/models/1/name") == "mistral:7b");
    CHECK(list.number("/models/1/context_length") == 4096);

    for (const auto* model : {"mistral:7b", "phi:2.7b"}) {
        const Json unloaded(
            client
                .request("POST", "/api/generate",
                         std::string(R"({"prompt":"","keep_alive":0,"model":")") + model + "\"}")
                .body);
        CHECK(unloaded.text("/done_reason") == "unload");
        CHECK(unloaded.text("/response").empty());
    }
    CHECK(client.request("GET", "/api/ps").body == R"({"models":[]})");
}

TEST_CASE("a prompt beyond the window is cut silently, or refused if the client wants that") {
    Running running;
    std::string words;
    for (int i = 0; i < 5000; ++i) {
        words += " word";
    }
    const auto body = [&](const char* more) {
        return R"({"model":"mistral:7b","stream":false,)" + std::string(more) +
               R"("messages":[{"role":"user","content":")" + words + "\"}]}";
    };
    CHECK(Json(running.ollama("POST", "/api/chat", body("")).body).number("/prompt_eval_count") ==
          4096);
    CHECK(Json(running.ollama("POST", "/api/chat", body(R"("options":{"num_ctx":8192},)")).body)
              .number("/prompt_eval_count") == 5004);
    const auto refused = running.ollama("POST", "/api/chat", body(R"("truncate":false,)"));
    CHECK(refused.status == 400);
    CHECK(Json(refused.body).text("/error").find("longer than the context length") !=
          std::string::npos);
}

TEST_CASE("limits and stop sequences end an answer") {
    Running running;
    const Json limited(
        running
            .ollama("POST", "/api/chat",
                    R"({"model":"mistral:7b","stream":false,"options":{"num_predict":3},)"
                    R"("messages":[{"role":"user","content":"Why?"}]})")
            .body);
    CHECK(limited.text("/message/content") == "Simulated answer of");
    CHECK(limited.text("/done_reason") == "length");
    CHECK(limited.number("/eval_count") == 3);
    const Json stopped(
        running
            .ollama("POST", "/api/chat",
                    R"({"model":"mistral:7b","stream":false,"options":{"stop":["of"]},)"
                    R"("messages":[{"role":"user","content":"Why?"}]})")
            .body);
    CHECK(stopped.text("/message/content") == "Simulated answer ");
    CHECK(stopped.text("/done_reason") == "stop");
}

TEST_CASE("an offered tool is called and its result is cited") {
    Running running;
    const std::string tools =
        R"("tools":[{"type":"function","function":{"name":"get_weather","parameters":{)"
        R"("type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},)"
        R"("required":["city"]}}}])";
    const Json call(running
                        .ollama("POST", "/api/chat",
                                R"({"model":"mistral:7b","stream":false,)" + tools +
                                    R"(,"messages":[{"role":"user","content":"Weather?"}]})")
                        .body);
    CHECK(call.text("/message/content").empty());
    CHECK(call.text("/message/tool_calls/0/function/name") == "get_weather");
    CHECK(call.text("/message/tool_calls/0/function/arguments/city") == "simulated city");
    CHECK_FALSE(call.has("/message/tool_calls/0/function/arguments/days"));
    CHECK(call.number("/message/tool_calls/0/function/index") == 0);
    CHECK(call.text("/message/tool_calls/0/id").size() == 13);
    CHECK(call.text("/done_reason") == "stop");

    const Json result(
        running
            .ollama("POST", "/api/chat",
                    R"({"model":"mistral:7b","stream":false,)" + tools +
                        R"(,"messages":[{"role":"user","content":"Weather?"},{"role":"assistant",)"
                        R"("content":"","tool_calls":[{"function":{"name":"get_weather",)"
                        R"("arguments":{"city":"Bonn"}}}]},{"role":"tool","tool_name":)"
                        R"("get_weather","content":"21 degrees"}]})")
            .body);
    CHECK(result.text("/message/content") ==
          "Simulated answer of mistral:7b: the tool get_weather says \"21 degrees\".");
}

TEST_CASE("formats give valid JSON") {
    Running running;
    const auto content = [&](const char* format) {
        return Json(running
                        .ollama("POST", "/api/chat",
                                R"({"model":"mistral:7b","stream":false,"format":)" +
                                    std::string(format) +
                                    R"(,"messages":[{"role":"user","content":"Say \"hi\""}]})")
                        .body)
            .text("/message/content");
    };
    CHECK(Json(content(R"("json")")).text("/answer").find("Say \"hi\"") != std::string::npos);
    CHECK(content(R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})") ==
          R"({"n":1})");
    CHECK(content(R"("")").find("Simulated") == 0);
}

TEST_CASE("errors have Ollama's words and status") {
    Running running(with_thinker());
    struct Row {
        const char* method;
        const char* path;
        const char* body;
        int status;
        const char* error;
    };
    const std::vector<Row> rows{
        {"POST", "/api/chat", "", 400, "missing request body"},
        {"POST", "/api/chat", "hello", 400, "invalid character 'h' looking for beginning of value"},
        {"POST", "/api/chat", R"({"model":)", 400, "unexpected EOF"},
        {"POST", "/api/chat", "[]", 400,
         "json: cannot unmarshal array into Go value of type api.ChatRequest"},
        {"POST", "/api/chat", "{}", 400, "model is required"},
        {"POST", "/api/chat", R"({"model":7})", 400,
         "json: cannot unmarshal number into Go struct field ChatRequest.model of type string"},
        {"POST", "/api/chat", R"({"model":"gpt-4o"})", 404, "model 'gpt-4o' not found"},
        {"POST", "/api/generate", R"({"model":"mistral"})", 404, "model 'mistral' not found"},
        {"POST", "/api/show", R"({"model":"x"})", 404, "model 'x' not found"},
        {"POST", "/api/show", "{}", 400, "model is required"},
        {"POST", "/api/embed", R"({"model":"x","input":"a"})", 404, "model 'x' not found"},
        {"POST", "/api/embeddings", R"({"model":"x","prompt":"a"})", 404,
         R"(model "x" not found, try pulling it first)"},
        {"POST", "/api/embed", R"({"model":"nomic-embed-text","input":7})", 400,
         "invalid input type"},
        {"POST", "/api/embed", R"({"model":"mistral:7b","input":"a"})", 400,
         "this model does not support embeddings"},
        {"POST", "/api/chat",
         R"({"model":"nomic-embed-text","messages":[{"role":"user","content":"a"}]})", 400,
         R"("nomic-embed-text" does not support chat)"},
        {"POST", "/api/generate", R"({"model":"nomic-embed-text","prompt":"a"})", 400,
         R"("nomic-embed-text" does not support generate)"},
        {"POST", "/api/chat",
         R"({"model":"phi:2.7b","tools":[{"function":{"name":"f"}}],"messages":[{"role":"user","content":"a"}]})",
         400, "registry.ollama.ai/library/phi:2.7b does not support tools"},
        {"POST", "/api/chat",
         R"({"model":"phi:2.7b","think":true,"messages":[{"role":"user","content":"a"}]})", 400,
         R"("phi:2.7b" does not support thinking)"},
        {"POST", "/api/chat",
         R"({"model":"thinker:8b","think":"a lot","messages":[{"role":"user","content":"a"}]})",
         400,
         R"(invalid think value: "a lot" (must be "high", "medium", "low", "max", true, or false))"},
        {"POST", "/api/chat",
         R"({"model":"mistral:7b","messages":[{"role":"user","content":[{"type":"text"}]}]})", 400,
         "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type "
         "string"},
        {"POST", "/api/chat",
         R"({"model":"mistral:7b","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]})",
         400,
         "json: cannot unmarshal string into Go struct field "
         "ChatRequest.messages.tool_calls.function.arguments of type "
         "api.ToolCallFunctionArguments"},
        {"POST", "/api/chat",
         R"({"model":"mistral:7b","messages":[{"role":"user","content":"a","images":["data:image/png;base64,AAAA"]}]})",
         400, "illegal base64 data at input byte 0"},
        {"POST", "/api/chat", R"({"model":"mistral:7b","options":{"stop":"x"}})", 400,
         R"(option "stop" must be of type array)"},
        {"POST", "/api/chat", R"({"model":"mistral:7b","keep_alive":"300"})", 400,
         R"(time: invalid duration "300")"},
        {"POST", "/api/generate", R"({"model":"mistral:7b","raw":true,"system":"s","prompt":"a"})",
         400, "raw mode does not support template, system, or context"},
        {"POST", "/api/pull", R"({"model":"x","stream":false})", 500,
         "pull model manifest: file does not exist"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        CAPTURE(row.body);
        const auto reply = running.ollama(row.method, row.path, row.body);
        CHECK(reply.status == row.status);
        CHECK(Json(reply.body).text("/error") == row.error);
    }
}

TEST_CASE("unknown paths and wrong methods are told in plain text") {
    Running running;
    const auto unknown = running.ollama("GET", "/api/nothing");
    CHECK(unknown.status == 404);
    CHECK(unknown.body == "404 page not found");
    const auto wrong = running.ollama("GET", "/api/chat");
    CHECK(wrong.status == 405);
    CHECK(wrong.headers.at("allow") == "POST");
    CHECK(running.ollama("POST", "/api/tags", "{}").status == 405);
}

TEST_CASE("durations keep_alive understands are Go's") {
    struct Row {
        const char* value;
        std::int64_t ms;
    };
    for (const auto& [value, ms] :
         {Row{R"("5m")", 300'000}, Row{R"("1h30m")", 5'400'000}, Row{R"("1.5s")", 1'500},
          Row{R"("0")", 0}, Row{R"("-1m")", INT64_MAX}, Row{"60", 60'000}, Row{"-1", INT64_MAX},
          Row{"0", 0}, Row{"null", 300'000}}) {
        CAPTURE(value);
        const Json json("{\"keep_alive\":" + std::string(value) + "}");
        std::int64_t read = -1;
        CHECK_FALSE(read_keep_alive(json.root(), read).has_value());
        CHECK(read == ms);
    }
}

TEST_CASE("pulling a known model succeeds at once, streamed or not") {
    Running running;
    CHECK(running.ollama("POST", "/api/pull", R"({"name":"mistral:7b","stream":false})").body ==
          R"({"status":"success"})");
    const auto known = running.ollama("POST", "/api/pull", R"({"model":"mistral:7b"})");
    CHECK(known.chunks.front() == "{\"status\":\"pulling manifest\"}\n");
    CHECK(known.chunks.back() == "{\"status\":\"success\"}\n");
    const auto unknown = running.ollama("POST", "/api/pull", R"({"model":"nobody"})");
    CHECK(unknown.status == 200);
    CHECK(unknown.chunks.back() == "{\"error\":\"pull model manifest: file does not exist\"}\n");
}
