#include "simulator/openai_api.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

TEST_CASE("a completion without stream is one object") {
    Running running;
    const auto reply = running.openai(
        "POST", "/v1/chat/completions",
        R"({"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be brief"},)"
        R"({"role":"user","content":[{"type":"text","text":"Why?"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]})");
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/json");
    CHECK(reply.headers.at("x-request-id").substr(0, 4) == "req_");
    const Json json(reply.body);
    CHECK(json.text("/id").substr(0, 9) == "chatcmpl-");
    CHECK(json.text("/object") == "chat.completion");
    CHECK(json.text("/model") == "gpt-4o-mini-2024-07-18");
    CHECK(json.number("/choices/0/index") == 0);
    CHECK(json.text("/choices/0/message/role") == "assistant");
    CHECK(json.text("/choices/0/message/content") ==
          "Simulated answer of gpt-4o-mini: you asked \"Why?\". I see 1 image.");
    CHECK(json.at("/choices/0/message/refusal").is_null());
    CHECK(json.at("/choices/0/logprobs").is_null());
    CHECK(json.text("/choices/0/finish_reason") == "stop");
    CHECK(json.number("/usage/total_tokens") ==
          json.number("/usage/prompt_tokens") + json.number("/usage/completion_tokens"));
    CHECK(json.number("/usage/prompt_tokens_details/cached_tokens") == 0);
}

TEST_CASE("several choices are asked for with n") {
    Running running;
    const Json json(
        running
            .openai("POST", "/v1/chat/completions",
                    R"({"model":"gpt-4o","n":3,"max_tokens":4,"messages":[{"role":"user",)"
                    R"("content":"Why?"}]})")
            .body);
    CHECK(json.number("/choices/2/index") == 2);
    CHECK(json.text("/choices/2/finish_reason") == "length");
    CHECK(json.number("/usage/completion_tokens") == 12);
}

TEST_CASE("a tool is called, the one that tool_choice names") {
    Running running;
    const auto ask = [&](const char* choice) {
        return running
            .openai(
                "POST", "/v1/chat/completions",
                R"({"model":"gpt-4o","tools":[{"type":"function","function":{"name":"first"}},)"
                R"({"type":"function","function":{"name":"second","parameters":{"type":"object",)"
                R"("properties":{"n":{"type":"integer"}},"required":["n"]}}}],"tool_choice":)" +
                    std::string(choice) + R"(,"messages":[{"role":"user","content":"Why?"}]})")
            .body;
    };
    const Json any(ask(R"("auto")"));
    CHECK(any.text("/choices/0/message/tool_calls/0/function/name") == "first");
    CHECK(any.text("/choices/0/message/tool_calls/0/function/arguments") == "{}");
    CHECK(any.text("/choices/0/message/tool_calls/0/type") == "function");
    CHECK(any.at("/choices/0/message/content").is_null());
    CHECK(any.text("/choices/0/finish_reason") == "tool_calls");
    const Json named(ask(R"({"type":"function","function":{"name":"second"}})"));
    CHECK(named.text("/choices/0/message/tool_calls/0/function/name") == "second");
    CHECK(named.text("/choices/0/message/tool_calls/0/function/arguments") == R"({"n":1})");
    const Json none(ask(R"("none")"));
    CHECK_FALSE(none.has("/choices/0/message/tool_calls"));
    CHECK(none.text("/choices/0/finish_reason") == "stop");
}

TEST_CASE("several tools are called at once if a switch says so and the client takes them") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto ask = [&](const char* more) {
        return running
            .openai("POST", "/v1/chat/completions",
                    R"({"model":"gpt-4o","tools":[{"type":"function","function":{"name":"first"}},)"
                    R"({"type":"function","function":{"name":"second"}}])" +
                        std::string(more) + R"(,"messages":[{"role":"user","content":"Why?"}]})")
            .body;
    };
    const Json both(ask(""));
    CHECK(both.text("/choices/0/message/tool_calls/0/function/name") == "first");
    CHECK(both.text("/choices/0/message/tool_calls/1/function/name") == "second");
    CHECK(both.text("/choices/0/message/tool_calls/0/id") !=
          both.text("/choices/0/message/tool_calls/1/id"));
    CHECK(both.text("/choices/0/finish_reason") == "tool_calls");
    const Json one(ask(R"(,"parallel_tool_calls":false)"));
    CHECK_FALSE(one.has("/choices/0/message/tool_calls/1"));
    const Json named(ask(R"(,"tool_choice":{"type":"function","function":{"name":"second"}})"));
    CHECK_FALSE(named.has("/choices/0/message/tool_calls/1"));
}

TEST_CASE("logprobs are given for every token, with others as likely as asked for") {
    Running running;
    const auto ask = [&](const char* more) {
        return running.openai("POST", "/v1/chat/completions",
                              R"({"model":"gpt-4o")" + std::string(more) +
                                  R"(,"messages":[{"role":"user","content":"Why?"}]})");
    };
    const Json json(ask(R"(,"logprobs":true,"top_logprobs":2)").body);
    const std::string at = "/choices/0/logprobs/content/1";
    CHECK(json.text(at + "/token") == " answer");
    CHECK(json.number(at + "/bytes/0") == ' ');
    CHECK(double(json.at(at + "/logprob")) <= 0);
    CHECK(json.text(at + "/top_logprobs/0/token") == " answer");
    CHECK(json.has(at + "/top_logprobs/1"));
    CHECK_FALSE(json.has(at + "/top_logprobs/2"));
    CHECK(json.at("/choices/0/logprobs/refusal").is_null());
    CHECK(ask(R"(,"top_logprobs":2)").status == 400);
    CHECK(ask(R"(,"logprobs":true,"top_logprobs":21)").status == 400);
    std::string text;
    const auto reply = ask(R"(,"logprobs":true,"stream":true)");
    for (const auto& chunk : reply.chunks) {
        if (chunk == "data: [DONE]\n\n") continue;
        const Json piece(chunk.substr(6));
        if (piece.has("/choices/0/logprobs/content/0"))
            text += piece.text("/choices/0/logprobs/content/0/token");
    }
    CHECK(text == json.text("/choices/0/message/content"));
}

TEST_CASE("a tool's result is answered with text") {
    Running running;
    const Json json(
        running
            .openai("POST", "/v1/chat/completions",
                    R"({"model":"gpt-4o","tools":[{"type":"function","function":{"name":"f"}}],)"
                    R"("messages":[{"role":"user","content":"Why?"},{"role":"assistant",)"
                    R"("content":null,"tool_calls":[{"id":"call_1","type":"function","function":)"
                    R"({"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_1",)"
                    R"("content":"because"}]})")
            .body);
    CHECK(json.text("/choices/0/message/content") ==
          "Simulated answer of gpt-4o: the tool f says \"because\".");
}

TEST_CASE("response formats give valid JSON") {
    Running running;
    const auto content = [&](const char* format) {
        return Json(running
                        .openai("POST", "/v1/chat/completions",
                                R"({"model":"gpt-4o","response_format":)" + std::string(format) +
                                    R"(,"messages":[{"role":"user","content":"As JSON, why?"}]})")
                        .body)
            .text("/choices/0/message/content");
    };
    CHECK(Json(content(R"({"type":"json_object"})")).has("/answer"));
    CHECK(content(R"({"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object",)"
                  R"("properties":{"ok":{"type":"boolean"}}}}})") == R"({"ok":true})");
}

TEST_CASE("hidden reasoning is counted as part of the output") {
    SimulatorOptions options;
    options.openai_models = {"o3-mini"};
    Running running(options);
    const auto ask = [&](const char* effort) {
        return running
            .openai("POST", "/v1/chat/completions",
                    R"({"model":"o3-mini","reasoning_effort":")" + std::string(effort) +
                        R"(","messages":[{"role":"user","content":"Why?"}]})")
            .body;
    };
    const Json thinking(ask("high"));
    const Json plain(ask("none"));
    const auto reasoning = thinking.number("/usage/completion_tokens_details/reasoning_tokens");
    CHECK(reasoning > 0);
    CHECK(thinking.number("/usage/completion_tokens") ==
          plain.number("/usage/completion_tokens") + reasoning);
    CHECK(thinking.text("/choices/0/message/content") == plain.text("/choices/0/message/content"));
}

TEST_CASE("models are listed and looked up") {
    Running running;
    const Json list(running.openai("GET", "/v1/models").body);
    CHECK(list.text("/object") == "list");
    CHECK(list.text("/data/0/id") == "gpt-4o-mini");
    CHECK(list.text("/data/2/object") == "model");
    CHECK(Json(running.openai("GET", "/v1/models/gpt-4o").body).text("/id") == "gpt-4o");
    const auto unknown = running.openai("GET", "/v1/models/org/x:y");
    CHECK(unknown.status == 404);
    CHECK(Json(unknown.body).text("/error/code") == "model_not_found");
}

TEST_CASE("a wrong key is refused everywhere") {
    SimulatorOptions options;
    options.openai_api_key = "sk-right";
    Running running(options);
    CHECK(running.openai("GET", "/v1/models").status == 401);
    CHECK(running.openai("GET", "/v1/models", "", "Authorization: Bearer sk-right\r\n").status ==
          200);
    const auto wrong =
        running.openai("POST", "/v1/chat/completions", "{}", "Authorization: Bearer sk-wrong\r\n");
    CHECK(wrong.status == 401);
    CHECK(Json(wrong.body).text("/error/code") == "invalid_api_key");
    CHECK(wrong.body.find("sk-wrong") == std::string::npos);
}

TEST_CASE("errors have the four keys, and OpenAI's codes") {
    Running running;
    struct Row {
        const char* path;
        const char* body;
        int status;
        const char* param;  // empty: null
        const char* code;   // empty: null
    };
    const char* chat = "/v1/chat/completions";
    const std::vector<Row> rows{
        {chat, "", 400, "", ""},
        {chat, "{", 400, "", ""},
        {chat, "{}", 400, "", ""},
        {chat, R"({"model":"gpt-4o"})", 400, "messages", "missing_required_parameter"},
        {chat, R"({"model":"gpt-4o","messages":[]})", 400, "messages", "empty_array"},
        {chat, R"({"model":"gpt-4o","messages":[{"content":"a"}]})", 400, "messages[0].role",
         "missing_required_parameter"},
        {chat, R"({"model":"gpt-4o","messages":[{"role":"me","content":"a"}]})", 400,
         "messages[0].role", "invalid_value"},
        {chat, R"({"model":"gpt-4o","messages":[{"role":"tool","content":"a"}]})", 400,
         "messages[0].role", ""},
        {chat,
         R"({"model":"gpt-4o","messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}]}]})",
         400, "messages[0].tool_calls[0].function.arguments", "invalid_type"},
        {chat, R"({"model":"gpt-9","messages":[{"role":"user","content":"a"}]})", 404, "",
         "model_not_found"},
        {chat, R"({"model":"gpt-4o","max_tokens":0,"messages":[{"role":"user","content":"a"}]})",
         400, "max_tokens", "integer_below_min_value"},
        {chat,
         R"({"model":"gpt-4o","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"a"}]})",
         400, "stream_options", ""},
        {chat,
         R"({"model":"gpt-4o","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"a"}]})",
         400, "messages", ""},
        {chat, R"({"model":"text-embedding-3-small","messages":[{"role":"user","content":"a"}]})",
         404, "model", ""},
        {"/v1/embeddings", R"({"model":"gpt-4o","input":"a"})", 403, "", ""},
        {"/v1/embeddings", R"({"model":"text-embedding-3-small"})", 400, "input",
         "missing_required_parameter"},
        {"/v1/embeddings", R"({"model":"text-embedding-3-small","input":["a",""]})", 400, "", ""},
        {"/v1/embeddings", R"({"model":"text-embedding-3-small","input":"a","dimensions":9999})",
         400, "dimensions", "invalid_value"},
        {"/v1/nothing", "{}", 404, "", ""},
        {"/v1/models", "{}", 405, "", "method_not_supported"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        CAPTURE(row.body);
        const auto reply = running.openai("POST", row.path, row.body);
        CHECK(reply.status == row.status);
        const Json json(reply.body);
        CHECK_FALSE(json.text("/error/message").empty());
        CHECK(json.text("/error/type") == "invalid_request_error");
        CHECK(json.at("/error/param").is_null() == std::string(row.param).empty());
        CHECK(json.at("/error/code").is_null() == std::string(row.code).empty());
        if (*row.param) {
            CHECK(json.text("/error/param") == row.param);
        }
        if (*row.code) {
            CHECK(json.text("/error/code") == row.code);
        }
    }
}

TEST_CASE("a prompt beyond the window is refused with the words clients look for") {
    Running running;
    std::string words;
    for (int i = 0; i < 130'000; ++i) {
        words += " a";
    }
    const auto reply = running.openai(
        "POST", "/v1/chat/completions",
        R"({"model":"gpt-4o","messages":[{"role":"user","content":")" + words + "\"}]}");
    CHECK(reply.status == 400);
    CHECK(Json(reply.body).text("/error/code") == "context_length_exceeded");
    CHECK(Json(reply.body).text("/error/message").find("maximum context length is 128000") !=
          std::string::npos);
}
