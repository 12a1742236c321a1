#include "simulator/anthropic_api.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"
#include "simulator/anthropic_answer.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kPath = "/v1/messages";
constexpr const char* kUser = R"([{"role":"user","content":"Why?"}])";

std::string body(const std::string& messages, const std::string& more = {}) {
    return R"({"model":"claude-sonnet-4-5","max_tokens":2000,"messages":)" + messages + more + "}";
}

/// A turn of a user, a call of a tool with this id, and what follows.
std::string called(const std::string& id, const std::string& then) {
    return R"([{"role":"user","content":"Why?"},{"role":"assistant","content":[{"type":"tool_use",)"
           R"("id":")" +
           id + R"(","name":"f","input":{}}]})" + then + "]";
}

std::string result(const std::string& id, const std::string& more = {}) {
    return R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + id +
           R"(","content":"because"})" + more + "]}";
}

const std::string kTools = R"(,"tools":[{"name":"f","input_schema":{"type":"object"}},)"
                           R"({"name":"g","input_schema":{"type":"object","properties":{"n":)"
                           R"({"type":"integer"}},"required":["n"]}}])";

}  // namespace

TEST_CASE("a message without stream is one object") {
    Running running;
    const auto reply = running.anthropic("POST", std::string(kPath) + "?beta=true",
                                         body(kUser, R"(,"system":"Be brief")"));
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/json");
    CHECK(reply.headers.at("request-id").substr(0, 4) == "req_");
    const Json json(reply.body);
    CHECK(json.text("/id").substr(0, 4) == "msg_");
    CHECK(json.text("/type") == "message");
    CHECK(json.text("/role") == "assistant");
    CHECK(json.text("/model") == "claude-sonnet-4-5-20250929");
    CHECK(json.text("/content/0/type") == "text");
    CHECK(json.text("/content/0/text") ==
          "Simulated answer of claude-sonnet-4-5: you asked \"Why?\".");
    CHECK(json.text("/stop_reason") == "end_turn");
    CHECK(json.at("/stop_sequence").is_null());
    CHECK(json.number("/usage/input_tokens") > 0);
    CHECK(json.number("/usage/output_tokens") > 0);
    CHECK(json.number("/usage/cache_read_input_tokens") == 0);
    CHECK(json.number("/usage/cache_creation/ephemeral_5m_input_tokens") == 0);
}

TEST_CASE("the reasons why an answer ended") {
    Running running;
    const auto ask = [&](const char* more) {
        return running
            .anthropic("POST", kPath,
                       R"({"model":"claude-haiku-4-5-20251001","messages":)" + std::string(kUser) +
                           more + "}")
            .body;
    };
    const Json cut(ask(R"(,"max_tokens":3)"));
    CHECK(cut.text("/stop_reason") == "max_tokens");
    CHECK(cut.number("/usage/output_tokens") == 3);
    const Json stopped(ask(R"(,"max_tokens":100,"stop_sequences":["nowhere"," you"])"));
    CHECK(stopped.text("/stop_reason") == "stop_sequence");
    CHECK(stopped.text("/stop_sequence") == " you");
}

TEST_CASE("tools are called as tool_choice says, several at once if a switch says so") {
    Running running;
    Behaviour behaviour;
    behaviour.tool_calls = 2;
    running.simulator.set_behaviour(behaviour);
    const auto ask = [&](const std::string& choice) {
        return running.anthropic("POST", kPath, body(kUser, kTools + choice)).body;
    };
    const Json both(ask(""));
    CHECK(both.text("/content/0/type") == "tool_use");
    CHECK(both.text("/content/0/id").substr(0, 6) == "toolu_");
    CHECK(both.text("/content/0/name") == "f");
    CHECK(both.at("/content/0/input").is_object());
    CHECK(both.number("/content/1/input/n") == 1);
    CHECK(both.text("/stop_reason") == "tool_use");
    const Json one(ask(R"(,"tool_choice":{"type":"auto","disable_parallel_tool_use":true})"));
    CHECK_FALSE(one.has("/content/1"));
    const Json named(ask(R"(,"tool_choice":{"type":"tool","name":"g"})"));
    CHECK(named.text("/content/0/name") == "g");
    CHECK(Json(ask(R"(,"tool_choice":{"type":"none"})")).text("/content/0/type") == "text");
}

TEST_CASE("a tool's result is answered with text") {
    Running running;
    const Json json(
        running.anthropic("POST", kPath, body(called("toolu_1", result("toolu_1")), kTools)).body);
    CHECK(json.text("/content/0/text") ==
          "Simulated answer of claude-sonnet-4-5: the tool f says \"because\".");
}

TEST_CASE("every call must be answered at the beginning of the next turn") {
    Running running;
    const auto ask = [&](const std::string& messages) {
        const auto reply = running.anthropic("POST", kPath, body(messages, kTools));
        return reply.status == 200 ? std::string() : Json(reply.body).text("/error/message");
    };
    CHECK(ask(called("toolu_1", result("toolu_1", R"(,{"type":"text","text":"Well?"})"))).empty());
    const std::string missing = "messages.1: `tool_use` ids were found without `tool_result`";
    CHECK(ask(called("toolu_1", "")).find(missing) == 0);
    CHECK(ask(called("toolu_1", R"(,{"role":"user","content":"Well?"})")).find(missing) == 0);
    CHECK(ask(called("toolu_1",
                     R"(,{"role":"user","content":[{"type":"text","text":"Well?"},)"
                     R"({"type":"tool_result","tool_use_id":"toolu_1","content":"because"}]})"))
              .find(missing) == 0);
    CHECK(ask(called("toolu_1", result("toolu_2"))).find("unexpected `tool_use_id`") !=
          std::string::npos);
    CHECK(ask(called("call|1", result("call|1"))).find("String should match pattern") !=
          std::string::npos);
    CHECK(running.anthropic("POST", kPath, body(called("toolu_1", result("toolu_1")))).status ==
          400);
}

TEST_CASE("thinking comes first, is signed, and must come back as it was") {
    Running running;
    const std::string on = R"(,"thinking":{"type":"enabled","budget_tokens":1024})";
    const auto ask = [&](const std::string& messages, const std::string& more) {
        return running.anthropic("POST", kPath, body(messages, more));
    };
    const Json json(ask(kUser, on).body);
    CHECK(json.text("/content/0/type") == "thinking");
    const std::string thinking = json.text("/content/0/thinking");
    CHECK(json.text("/content/0/signature") == thinking_signature(thinking));
    CHECK(json.text("/content/1/type") == "text");

    const auto history = [&](const std::string& first) {
        return R"([{"role":"user","content":"Why?"},{"role":"assistant","content":[)" + first +
               R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}}]})" + result("toolu_1") +
               "]";
    };
    const auto block = [&](const std::string& signature) {
        return R"({"type":"thinking","thinking":)" + llmr::json_quote(thinking) +
               R"(,"signature":")" + signature + "\"},";
    };
    CHECK(ask(history(block(thinking_signature(thinking))), kTools + on).status == 200);
    CHECK(ask(history(block("c2lnbmVk")), kTools + on).status == 400);
    CHECK(ask(history(""), kTools + on).status == 400);
    CHECK(ask(history(""), kTools).status == 200);
    for (const char* bad : {R"(,"thinking":{"type":"enabled","budget_tokens":100})",
                            R"(,"thinking":{"type":"enabled","budget_tokens":2000})",
                            R"(,"thinking":{"type":"enabled"})", R"(,"thinking":{"type":"deep"})",
                            R"(,"temperature":0.5,"thinking":{"type":"adaptive"})"})
        CHECK(ask(kUser, bad).status == 400);
    CHECK(ask(kUser, kTools + on + R"(,"tool_choice":{"type":"any"})").status == 400);
}

TEST_CASE("what is marked is written to the cache once, and read from it then") {
    Running running;
    const auto usage = [&](const std::string& more, const std::string& messages) {
        return running.anthropic("POST", kPath, body(messages, more)).body;
    };
    const std::string system =
        R"(,"system":[{"type":"text","text":"One two three four","cache_control":)"
        R"({"type":"ephemeral"}}])";
    const Json first(usage(system, kUser));
    const auto written = first.number("/usage/cache_creation_input_tokens");
    CHECK(written == 4);
    CHECK(first.number("/usage/cache_creation/ephemeral_5m_input_tokens") == written);
    CHECK(first.number("/usage/cache_read_input_tokens") == 0);
    const Json second(usage(system, R"([{"role":"user","content":"What else?"}])"));
    CHECK(second.number("/usage/cache_read_input_tokens") == written);
    CHECK(second.number("/usage/cache_creation_input_tokens") == 0);
    CHECK(second.number("/usage/input_tokens") > 0);
    const std::string hour =
        R"([{"role":"user","content":[{"type":"text","text":"Why?","cache_control":)"
        R"({"type":"ephemeral","ttl":"1h"}}]}])";
    const Json third(usage(system, hour));
    CHECK(third.number("/usage/cache_read_input_tokens") == written);
    CHECK(third.number("/usage/cache_creation/ephemeral_1h_input_tokens") > 0);
    CHECK(third.number("/usage/input_tokens") == 0);
    CHECK(running
              .anthropic("POST", kPath,
                         body(kUser, R"(,"system":[{"type":"text","text":"a","cache_control":)"
                                     R"({"type":"for ever"}}])"))
              .status == 400);
}

TEST_CASE("JSON is given for a schema, and images are counted") {
    Running running;
    const Json json(
        running
            .anthropic("POST", kPath,
                       body(kUser, R"(,"output_config":{"format":{"type":"json_schema","schema":)"
                                   R"({"type":"object","properties":{"ok":{"type":"boolean"}}}}})"))
            .body);
    CHECK(json.text("/content/0/text") == R"({"ok":true})");
    const auto see = [&](const char* source) {
        return running.anthropic(
            "POST", kPath,
            body(R"([{"role":"user","content":[{"type":"image","source":)" + std::string(source) +
                 R"(},{"type":"text","text":"What is it?"}]}])"));
    };
    const Json seen(see(R"({"type":"base64","media_type":"image/png","data":"AAAA"})").body);
    CHECK(seen.text("/content/0/text").find("I see 1 image.") != std::string::npos);
    CHECK(see(R"({"type":"url","url":"https://x.example/a.png"})").status == 200);
    CHECK(see(R"({"type":"base64","media_type":"image/bmp","data":"AAAA"})").status == 400);
    CHECK(see(R"({"type":"base64","media_type":"image/png","data":"A"})").status == 400);
}

TEST_CASE("tokens are counted as a message would count them") {
    Running running;
    const Json counted(
        running
            .anthropic("POST", "/v1/messages/count_tokens",
                       R"({"model":"claude-sonnet-4-5","messages":)" + std::string(kUser) + "}")
            .body);
    const Json asked(running.anthropic("POST", kPath, body(kUser)).body);
    CHECK(counted.number("/input_tokens") == asked.number("/usage/input_tokens"));
    CHECK(running.simulator.request_count() == 1);
}

TEST_CASE("Anthropic's models are listed in pages and looked up by either name") {
    Running running;
    const Json page(running.anthropic("GET", "/v1/models?limit=2").body);
    CHECK(page.text("/data/0/type") == "model");
    CHECK(page.text("/data/0/display_name") == "Claude Sonnet 4.5");
    CHECK(page.text("/data/0/created_at") == "2025-09-29T00:00:00Z");
    CHECK(bool(page.at("/has_more")));
    const Json rest(running.anthropic("GET", "/v1/models?after_id=" + page.text("/last_id")).body);
    CHECK(rest.text("/first_id") == "claude-opus-4-1-20250805");
    CHECK_FALSE(bool(rest.at("/has_more")));
    CHECK(Json(running.anthropic("GET", "/v1/models/claude-opus-4-1").body).text("/id") ==
          "claude-opus-4-1-20250805");
    CHECK(running.anthropic("GET", "/v1/models/gpt-4o").status == 404);
}

TEST_CASE("key and version are demanded of every request") {
    SimulatorOptions options;
    options.anthropic_api_key = "sk-ant-right";
    Running running(options);
    const auto status = [&](const char* lines) {
        const auto reply = running.anthropic("POST", kPath, body(kUser), lines);
        CHECK(reply.body.find("sk-ant") == std::string::npos);
        return reply.status;
    };
    CHECK(status("x-api-key: sk-ant-right\r\nanthropic-version: 2023-06-01\r\n") == 200);
    CHECK(status("Authorization: Bearer sk-ant-right\r\nanthropic-version: 2023-06-01\r\n") == 200);
    CHECK(status("x-api-key: sk-ant-wrong\r\nanthropic-version: 2023-06-01\r\n") == 401);
    CHECK(status("anthropic-version: 2023-06-01\r\n") == 401);
    CHECK(status("x-api-key: sk-ant-right\r\n") == 400);
    CHECK(status("x-api-key: sk-ant-right\r\nanthropic-version: 1\r\n") == 400);
    CHECK(running.anthropic("GET", "/v1/models", "", "").status == 401);
}

TEST_CASE("the log tells what came in Anthropic's headers") {
    Running running;
    running.simulator.record_requests(true);
    running.anthropic("POST", kPath, body(kUser),
                      "x-api-key: k\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: a,b\r\n");
    const auto log = running.simulator.requests();
    REQUIRE(log.size() == 1);
    CHECK(log[0].api_key == "k");
    CHECK(log[0].anthropic_version == "2023-06-01");
    CHECK(log[0].anthropic_beta == "a,b");
    CHECK(log[0].model == "claude-sonnet-4-5");
}

TEST_CASE("Anthropic's errors have its shape, and faults the usual words of their status") {
    Running running;
    for (const auto& [status, type] :
         {std::pair(401, "authentication_error"), std::pair(403, "permission_error"),
          std::pair(404, "not_found_error"), std::pair(413, "request_too_large"),
          std::pair(429, "rate_limit_error"), std::pair(500, "api_error"),
          std::pair(529, "overloaded_error")}) {
        Behaviour behaviour;
        behaviour.error_status = status;
        behaviour.retry_after_seconds = 7;
        running.simulator.set_behaviour(behaviour);
        const auto reply = running.anthropic("POST", kPath, body(kUser));
        CHECK(reply.status == status);
        const Json json(reply.body);
        CHECK(json.text("/type") == "error");
        CHECK(json.text("/error/type") == type);
        CHECK_FALSE(json.text("/error/message").empty());
        CHECK(json.text("/request_id") == reply.headers.at("request-id"));
        CHECK(reply.headers.at("retry-after") == "7");
    }
}

TEST_CASE("what the real API refuses is refused in its words") {
    Running running;
    struct Row {
        std::string body;
        const char* message;
    };
    const auto with = [](const char* more) { return body(kUser, more); };
    const std::vector<Row> rows{
        {"{", "not valid JSON"},
        {"{}", "model: Field required"},
        {R"({"model":"claude-sonnet-4-5","messages":[]})", "max_tokens: Field required"},
        {R"({"model":"claude-sonnet-4-5","max_tokens":0})", "greater than or equal to 1"},
        {R"({"model":"claude-sonnet-4-5","max_tokens":9})", "messages: Field required"},
        {body("[]"), "at least one message is required"},
        {body(R"([{"role":"tool","content":"a"}])"), "messages.0.role"},
        {body(R"([{"role":"user","content":""}])"), "non-empty content"},
        {body(R"([{"role":"user","content":[{"type":"text","text":""}]}])"), "must be non-empty"},
        {body(R"([{"role":"user","content":[{"type":"image_url"}]}])"), "Input tag 'image_url'"},
        {body(R"([{"role":"user","content":"a"},{"role":"assistant","content":"b "}])"),
         "trailing whitespace"},
        {with(R"(,"n":2)"), "n: Extra inputs are not permitted"},
        {with(R"(,"temperature":1.5)"), "temperature: range: 0..1"},
        {with(R"(,"stop_sequences":["\n"])"), "non-whitespace"},
        {with(R"(,"tools":[{"name":"a b","input_schema":{"type":"object"}}])"),
         "String should match pattern"},
        {with(R"(,"tools":[{"name":"a"}])"), "tools.0.custom.input_schema: Field required"},
        {with(R"(,"tool_choice":{"type":"auto"})"), "providing `tools`"},
        {R"({"model":"claude-sonnet-4-5","max_tokens":64001,"messages":)" + std::string(kUser) +
             "}",
         "max_tokens: 64001 > 64000"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.message);
        const auto reply = running.anthropic("POST", kPath, row.body);
        CHECK(reply.status == 400);
        const Json json(reply.body);
        CHECK(json.text("/error/type") == "invalid_request_error");
        CHECK(json.text("/error/message").find(row.message) != std::string::npos);
    }
    CHECK(running
              .anthropic(
                  "POST", kPath,
                  R"({"model":"claude-9","max_tokens":9,"messages":)" + std::string(kUser) + "}")
              .status == 404);
    CHECK(running.anthropic("GET", kPath).status == 405);
    CHECK(running.anthropic("POST", "/v1/nothing", "{}").status == 404);
}

TEST_CASE("a prompt beyond the window is refused with the words Claude Code looks for") {
    Running running;
    std::string words;
    for (int i = 0; i < 200'001; ++i)
        words += " a";
    const auto reply =
        running.anthropic("POST", kPath, body(R"([{"role":"user","content":")" + words + R"("}])"));
    CHECK(reply.status == 400);
    const std::string message = Json(reply.body).text("/error/message");
    CHECK(message.find("prompt is too long: ") == 0);
    CHECK(message.find(" tokens > 200000 maximum") != std::string::npos);
}
