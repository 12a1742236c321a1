#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "core/provider.hpp"
#include "providers/azure_path.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

struct Sent {
    std::string body;
    std::vector<std::string> ignored;
};

/// What of an OpenAI client's request reaches a server.
Sent send(std::string_view body, Target target, Operation operation = Operation::chat) {
    JsonParser parser;
    const auto root = parser.parse(body);
    REQUIRE(root.has_value());
    const auto request = parse_request(Dialect::openai_chat, operation, *root);
    REQUIRE(request.has_value());
    const auto built = build_request(*request, body, target);
    REQUIRE(built.has_value());
    return {built->body, built->ignored};
}

Target at(std::string_view provider, std::string_view model = "m") {
    Target target;
    target.dialect = Dialect::openai_chat;
    target.provider = find_provider(provider);
    target.model = model;
    return target;
}

std::string member(const Sent& sent, std::string_view key) {
    return std::string(find_member(sent.body, key).value_or("-"));
}

}  // namespace

TEST_SUITE("requests as their server takes them") {
    TEST_CASE("a server that takes everything gets the client's bytes") {
        constexpr std::string_view kBody =
            R"({"model":"m","messages":[{"role":"developer","content":"x"}],  "top_k":4,"store":true})";
        Target target = at("openai");
        target.provider = nullptr;
        CHECK(send(kBody, target).body == kBody);
    }

    TEST_CASE("the role developer becomes system where it is unknown") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"developer","content":"x"},{"role":"user","content":"y"}]})";
        CHECK(member(send(kBody, at("lm_studio")), "messages") ==
              R"([{"role":"system","content":"x"},{"role":"user","content":"y"}])");
        CHECK(member(send(kBody, at("openai")), "messages").find("developer") != std::string::npos);
    }

    TEST_CASE("the limit of tokens has the name that the server or the model knows") {
        constexpr std::string_view kNew =
            R"({"messages":[{"role":"user","content":"y"}],"max_completion_tokens":7})";
        constexpr std::string_view kOld =
            R"({"messages":[{"role":"user","content":"y"}],"max_tokens":7})";
        CHECK(member(send(kNew, at("deepseek")), "max_tokens") == "7");
        CHECK(member(send(kNew, at("deepseek")), "max_completion_tokens") == "-");
        CHECK(member(send(kOld, at("openai", "o3-mini")), "max_completion_tokens") == "7");
        CHECK(member(send(kOld, at("openai", "o3-mini")), "max_tokens") == "-");
        CHECK(member(send(kOld, at("openai", "gpt-4o")), "max_tokens") == "7");
    }

    TEST_CASE("a format that the server lacks is said in another way") {
        constexpr std::string_view kObject =
            R"({"messages":[{"role":"user","content":"JSON"}],"response_format":{"type":"json_object"}})";
        CHECK(
            member(send(kObject, at("lm_studio")), "response_format") ==
            R"({"type":"json_schema","json_schema":{"name":"object","schema":{"type":"object"}}})");
        constexpr std::string_view kSchema =
            R"({"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","required":["a"]}}}})";
        const Sent sent = send(kSchema, at("deepseek"));
        CHECK(member(sent, "response_format") == R"({"type":"json_object"})");
        CHECK(member(sent, "messages").find(R"(\"required\":[\"a\"])") != std::string::npos);
        CHECK(member(send(kSchema, at("openai")), "response_format").find("json_schema") !=
              std::string::npos);
    }

    TEST_CASE("one named tool is required as the only one where it cannot be named") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"user","content":"y"}],"tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],"tool_choice":{"type":"function","function":{"name":"b"}}})";
        const Sent sent = send(kBody, at("lm_studio"));
        CHECK(member(sent, "tool_choice") == R"("required")");
        CHECK(member(sent, "tools") == R"([{"type":"function","function":{"name":"b"}}])");
    }

    TEST_CASE("what a server has nothing like is left out by name") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"user","content":"y"}],"top_k":4,"min_p":0.1,"store":true})";
        const Sent openai = send(kBody, at("openai"));
        CHECK(openai.ignored == std::vector<std::string>{"top_k", "min_p"});
        CHECK(member(openai, "top_k") == "-");
        CHECK(member(openai, "store") == "true");
        CHECK(send(kBody, at("vllm")).ignored == std::vector<std::string>{"store"});
    }

    TEST_CASE("a model that reasons gets no sampling if the router chose it") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"user","content":"y"}],"temperature":0.1,"top_p":0.2})";
        Target target = at("openai", "gpt-5");
        CHECK(member(send(kBody, target), "temperature") == "0.1");
        target.routed = true;
        const Sent sent = send(kBody, target);
        CHECK(member(sent, "temperature") == "-");
        CHECK(sent.ignored == std::vector<std::string>{"temperature", "top_p"});
    }

    TEST_CASE("DeepSeek gets reasoning back in turns that call tools, an empty one if need be") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"user","content":"y"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}]})";
        CHECK(member(send(kBody, at("deepseek", "deepseek-chat")), "messages")
                  .find(R"("reasoning_content":"")") != std::string::npos);
        CHECK(member(send(kBody, at("openai", "gpt-4o")), "messages").find("reasoning_content") ==
              std::string::npos);
    }

    TEST_CASE("OpenRouter gets its own fallbacks unless the client names some") {
        Target target = at("openrouter", "openai/gpt-4o-mini");
        const std::vector<std::string> more{"a/b", "c/d"};
        target.fallback_models = more;
        target.route = "fallback";
        constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":"y"}]})";
        const Sent sent = send(kBody, target);
        CHECK(member(sent, "models") == R"(["openai/gpt-4o-mini","a/b","c/d"])");
        CHECK(member(sent, "route") == R"("fallback")");
        constexpr std::string_view kOwn =
            R"({"messages":[{"role":"user","content":"y"}],"models":["x/y"]})";
        CHECK(member(send(kOwn, target), "models") == R"(["x/y"])");
    }

    TEST_CASE("a server without stream_options gets none") {
        constexpr std::string_view kBody =
            R"({"messages":[{"role":"user","content":"y"}],"stream":true})";
        Target target = at("azure");
        CHECK(member(send(kBody, target), "stream_options") == R"({"include_usage":true})");
        target.stream_usage = false;
        CHECK(member(send(kBody, target), "stream_options") == "-");
    }
}

TEST_SUITE("what requests say by default") {
    constexpr std::string_view kBare = R"({"messages":[{"role":"user","content":"y"}]})";

    GenerationDefaults defaults() {
        GenerationDefaults all;
        all.temperature = "0.7";
        all.top_p = "0.9";
        all.top_k = 40;
        all.max_tokens = 100;
        all.store = true;
        all.dimensions = 256;
        return all;
    }

    TEST_CASE("they fill what the client leaves open, in the upstream's words") {
        const GenerationDefaults all = defaults();
        Target target = at("openai", "gpt-4o");
        target.defaults = &all;
        const Sent openai = send(kBare, target);
        CHECK(member(openai, "temperature") == "0.7");
        CHECK(member(openai, "top_p") == "0.9");
        CHECK(member(openai, "top_k") == "-");
        CHECK(member(openai, "max_tokens") == "100");
        CHECK(member(openai, "store") == "true");
        CHECK(openai.ignored.empty());

        target = at("vllm");
        target.defaults = &all;
        CHECK(member(send(kBare, target), "top_k") == "40");
        CHECK(member(send(kBare, target), "store") == "-");

        Target ollama;
        ollama.dialect = Dialect::ollama;
        ollama.model = "m";
        ollama.defaults = &all;
        const std::string options = member(send(kBare, ollama), "options");
        CHECK(find_member(options, "temperature") == "0.7");
        CHECK(find_member(options, "top_k") == "40");
        CHECK(find_member(options, "num_predict") == "100");

        Target anthropic;
        anthropic.dialect = Dialect::anthropic;
        anthropic.model = "claude-haiku-4-5";
        anthropic.defaults = &all;
        const Sent claude = send(kBare, anthropic);
        CHECK(member(claude, "temperature") == "0.7");
        CHECK(member(claude, "top_p") == "-");  // newer models refuse both
        CHECK(member(claude, "max_tokens") == "100");
    }

    TEST_CASE("what the client says wins") {
        const GenerationDefaults all = defaults();
        Target target = at("openai", "gpt-4o");
        target.defaults = &all;
        const Sent sent = send(
            R"({"messages":[{"role":"user","content":"y"}],"temperature":0,"max_completion_tokens":5,"store":false})",
            target);
        CHECK(member(sent, "temperature") == "0");
        CHECK(member(sent, "max_completion_tokens") == "5");
        CHECK(member(sent, "max_tokens") == "-");
        CHECK(member(sent, "store") == "false");
    }

    TEST_CASE("a model that reasons gets its limit and nothing it refuses") {
        const GenerationDefaults all = defaults();
        Target target = at("openai", "o3");
        target.defaults = &all;
        const Sent sent = send(kBare, target);
        CHECK(member(sent, "temperature") == "-");
        CHECK(member(sent, "max_completion_tokens") == "100");
        CHECK(sent.ignored.empty());
    }

    TEST_CASE("vectors are shortened where the model can") {
        const GenerationDefaults all = defaults();
        constexpr std::string_view kInput = R"({"input":"x"})";
        Target target = at("openai", "text-embedding-3-small");
        target.defaults = &all;
        CHECK(member(send(kInput, target, Operation::embed), "dimensions") == "256");
        CHECK(member(send(R"({"input":"x","dimensions":8})", target, Operation::embed),
                     "dimensions") == "8");
        target.model = "text-embedding-ada-002";
        CHECK(member(send(kInput, target, Operation::embed), "dimensions") == "-");
    }
}

TEST_SUITE("Azure's paths") {
    TEST_CASE("the deployment stands in the path, encoded, and the version behind it") {
        CHECK(azure_path("/chat/completions", "gpt-4o prod/1", "2024-10-21") ==
              "/deployments/gpt-4o%20prod%2F1/chat/completions?api-version=2024-10-21");
        CHECK(azure_path("/embeddings", "e", "2024-10-21") ==
              "/deployments/e/embeddings?api-version=2024-10-21");
        CHECK(azure_path("/responses", "x", "2025-03-01-preview") ==
              "/responses?api-version=2025-03-01-preview");
        CHECK(azure_path("/models", {}, "2024-10-21") == "/models?api-version=2024-10-21");
    }

    TEST_CASE("older versions do not know stream_options") {
        CHECK_FALSE(azure_knows_stream_options("2024-02-15-preview"));
        CHECK_FALSE(azure_knows_stream_options("2024-06-01"));
        CHECK(azure_knows_stream_options("2024-09-01-preview"));
        CHECK(azure_knows_stream_options("2024-10-21"));
        CHECK(azure_knows_stream_options(""));
    }
}
