#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

constexpr auto kOpenAi = Dialect::openai_chat;
constexpr auto kOllama = Dialect::ollama;
constexpr Dialect kAnthropic = Dialect::anthropic;
constexpr Dialect kResponses = Dialect::openai_responses;

// Keeps the document of a request alive.
struct Parsed {
    JsonParser parser;
    Result<ChatRequest> request;

    Parsed(Dialect dialect, Operation operation, const std::string& body)
        : request(parse_request(dialect, operation, parser.parse(body).value())) {}
};

struct BadCase {
    Dialect dialect;
    Operation operation;
    std::string body;
    Errc code;
    std::string param;
};

}  // namespace

TEST_CASE("an OpenAI chat request is read into neutral form") {
    const Parsed parsed(kOpenAi, Operation::chat, R"({"model":"gpt-4o","stream":true,
        "stream_options":{"include_usage":true},"max_tokens":5,"max_completion_tokens":7,
        "response_format":{"type":"json_object"},"tools":[{},{}],
        "messages":[{"role":"developer","content":"S"},
          {"role":"user","content":[{"type":"text","text":"T"},
            {"type":"image_url","image_url":{"url":"u"}},
            {"type":"file","file":{}}]},
          {"role":"assistant","content":null,"reasoning":"R",
            "tool_calls":[{"id":"c","type":"function",
            "function":{"name":"f","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c","name":"f","content":""}]})");
    REQUIRE(parsed.request.has_value());
    const ChatRequest& request = *parsed.request;
    CHECK(request.model == "gpt-4o");
    CHECK(request.stream);
    CHECK(request.include_usage);
    CHECK(request.max_output_tokens == 7);
    CHECK(request.wants_json);
    CHECK(request.tool_count == 2);
    CHECK(request.image_count == 1);
    REQUIRE(request.messages.size() == 4);
    CHECK(request.messages[0].role == Role::system);
    REQUIRE(request.messages[1].parts.size() == 3);
    CHECK(request.messages[1].parts[0].text == "T");
    CHECK(request.messages[1].parts[1].kind == ContentPart::Kind::image);
    CHECK(request.messages[1].parts[1].text == "u");
    CHECK(request.messages[1].parts[2].kind == ContentPart::Kind::other);
    CHECK(request.messages[2].parts.empty());
    CHECK(request.messages[2].thinking == "R");
    REQUIRE(request.messages[2].tool_calls.size() == 1);
    CHECK(request.messages[2].tool_calls[0].name == "f");
    CHECK(request.messages[3].role == Role::tool);
    CHECK(request.messages[3].tool_call_id == "c");
    CHECK(request.messages[3].tool_name == "f");
}

TEST_CASE("each dialect has its own default for streaming") {
    const std::string body = R"({"messages":[{"role":"user","content":"x"}]})";
    CHECK_FALSE(Parsed(kOpenAi, Operation::chat, body).request->stream);
    CHECK(Parsed(kOllama, Operation::chat, body).request->stream);
    CHECK(Parsed(kOllama, Operation::generate, R"({"prompt":"x"})").request->stream);
    CHECK_FALSE(
        Parsed(kOllama, Operation::generate, R"({"prompt":"x","stream":false})").request->stream);
}

TEST_CASE("a missing or null model means that the router chooses") {
    CHECK(
        Parsed(kOllama, Operation::chat, R"({"messages":[],"model":null})").request->model.empty());
    CHECK(Parsed(kOpenAi, Operation::embed, R"({"input":"x"})").request->model.empty());
}

TEST_CASE("an Ollama request is read into neutral form") {
    const Parsed parsed(kOllama, Operation::chat, R"({"model":"m","format":{"type":"object"},
        "options":{"num_predict":9},
        "messages":[{"role":"User","content":"x","images":["AAAA","BBBB"]},
        {"role":"assistant","content":"","thinking":"T","tool_calls":[{"function":{"name":"f"}}]},
        {"role":"tool","tool_name":"f","content":"y"}]})");
    REQUIRE(parsed.request.has_value());
    const ChatRequest& request = *parsed.request;
    CHECK(request.wants_json);
    CHECK(request.max_output_tokens == 9);
    CHECK(request.image_count == 2);
    CHECK_FALSE(request.load_only);
    REQUIRE(request.messages.size() == 3);
    CHECK(request.messages[0].role == Role::user);
    CHECK(request.messages[0].parts.size() == 3);
    CHECK(request.messages[1].thinking == "T");
    CHECK(to_json(request.messages[1].tool_calls.at(0).arguments) == "{}");
    CHECK(request.messages[2].tool_name == "f");
}

TEST_CASE("a generate request becomes a system and a user message") {
    const Parsed parsed(kOllama, Operation::generate,
                        R"({"model":"m","system":"S","prompt":"P","options":{"num_predict":-1}})");
    REQUIRE(parsed.request->messages.size() == 2);
    CHECK(parsed.request->messages[0].role == Role::system);
    CHECK(parsed.request->messages[1].parts.at(0).text == "P");
    CHECK_FALSE(parsed.request->max_output_tokens.has_value());
}

TEST_CASE("empty Ollama requests load or unload a model") {
    CHECK(Parsed(kOllama, Operation::chat, R"({"model":"m"})").request->load_only);
    CHECK(Parsed(kOllama, Operation::chat, R"({"messages":[],"keep_alive":0})").request->load_only);
    CHECK(Parsed(kOllama, Operation::generate, R"({"model":"m","prompt":""})").request->load_only);
    CHECK(Parsed(kOllama, Operation::generate, R"({"model":"m"})").request->load_only);
    CHECK(Parsed(kOllama, Operation::embed, R"({"model":"m","input":[]})").request->load_only);
    CHECK_FALSE(Parsed(kOllama, Operation::generate, R"({"suffix":"}"})").request->load_only);
}

TEST_CASE("embedding inputs are strings or lists of strings") {
    const Parsed one(kOpenAi, Operation::embed, R"({"input":"x","encoding_format":"base64"})");
    CHECK(one.request->inputs == std::vector<std::string_view>{"x"});
    CHECK(one.request->base64_embeddings);
    const Parsed two(kOllama, Operation::embed, R"({"input":["x","y"]})");
    CHECK(two.request->inputs == std::vector<std::string_view>{"x", "y"});
    const Parsed legacy(kOllama, Operation::legacy_embed, R"({"prompt":"x"})");
    CHECK(legacy.request->inputs == std::vector<std::string_view>{"x"});
}

TEST_CASE("faulty requests are refused with the parameter that is to blame") {
    std::string many = R"({"input":["x")";
    for (int i = 0; i < 2048; ++i)
        many += R"(,"x")";
    many += "]}";
    const std::vector<BadCase> cases{
        {kOpenAi, Operation::chat, "[]", Errc::bad_request, ""},
        {kOpenAi, Operation::chat, "{}", Errc::missing_parameter, "messages"},
        {kOpenAi, Operation::chat, R"({"messages":null})", Errc::missing_parameter, "messages"},
        {kOpenAi, Operation::chat, R"({"messages":[]})", Errc::invalid_parameter, "messages"},
        {kOpenAi, Operation::chat, R"({"messages":"x"})", Errc::invalid_parameter, "messages"},
        {kOpenAi, Operation::chat, R"({"messages":["x"]})", Errc::invalid_parameter, "messages[0]"},
        {kOpenAi, Operation::chat, R"({"messages":[{"content":"x"}]})", Errc::invalid_parameter,
         "messages[0].role"},
        {kOpenAi, Operation::chat, R"({"messages":[{"role":"user","content":5}]})",
         Errc::invalid_parameter, "messages[0].content"},
        {kOpenAi, Operation::chat, R"({"messages":[{"role":"user","content":["x"]}]})",
         Errc::invalid_parameter, "messages[0].content[0]"},
        {kOpenAi, Operation::chat, R"({"model":5,"messages":[{"role":"user"}]})",
         Errc::invalid_parameter, "model"},
        {kOpenAi, Operation::chat, R"({"stream":"yes","messages":[{"role":"user"}]})",
         Errc::invalid_parameter, "stream"},
        {kOpenAi, Operation::chat, R"({"max_tokens":"5","messages":[{"role":"user"}]})",
         Errc::invalid_parameter, "max_tokens"},
        {kOpenAi, Operation::generate, "{}", Errc::not_found, ""},
        {kOpenAi, Operation::embed, "{}", Errc::missing_parameter, "input"},
        {kOpenAi, Operation::embed, R"({"input":[]})", Errc::invalid_parameter, "input"},
        {kOpenAi, Operation::embed, R"({"input":["x",null]})", Errc::invalid_parameter, "input[1]"},
        {kOpenAi, Operation::embed, R"({"input":{"a":1}})", Errc::invalid_parameter, "input"},
        {kOpenAi, Operation::embed, many, Errc::invalid_parameter, "input"},
        {kOpenAi, Operation::embed, R"({"input":"x","encoding_format":"int8"})",
         Errc::invalid_parameter, "encoding_format"},
        {kOllama, Operation::chat, R"({"messages":[{"role":"user","content":["x"]}]})",
         Errc::invalid_parameter, "messages[0].content"},
        {kOllama, Operation::chat, R"({"messages":[{"role":"user","images":[5]}]})",
         Errc::invalid_parameter, "messages[0].images[0]"},
        {kOllama, Operation::chat, R"({"format":5,"messages":[]})", Errc::invalid_parameter,
         "format"},
        {kOllama, Operation::chat, R"({"options":{"num_predict":"x"}})", Errc::invalid_parameter,
         "options.num_predict"},
        {kOllama, Operation::generate, R"({"prompt":["x"]})", Errc::invalid_parameter, "prompt"},
        {kOpenAi, Operation::complete, "{}", Errc::missing_parameter, "prompt"},
        {kOpenAi, Operation::complete, R"({"prompt":"x","suffix":5})", Errc::invalid_parameter,
         "suffix"},
        {kAnthropic, Operation::chat, R"({"messages":[{"role":"user","content":"x"}]})",
         Errc::missing_parameter, "max_tokens"},
        {kAnthropic, Operation::chat,
         R"({"max_tokens":0,"messages":[{"role":"user","content":"x"}]})", Errc::invalid_parameter,
         "max_tokens"},
        {kAnthropic, Operation::chat, R"({"max_tokens":1})", Errc::missing_parameter, "messages"},
        {kAnthropic, Operation::chat, R"({"max_tokens":1,"messages":[]})", Errc::invalid_parameter,
         "messages"},
        {kAnthropic, Operation::chat,
         R"({"max_tokens":1,"messages":[{"role":"tool","content":"x"}]})", Errc::invalid_parameter,
         "messages[0].role"},
        {kAnthropic, Operation::chat, R"({"max_tokens":1,"messages":[{"role":"user"}]})",
         Errc::missing_parameter, "messages[0].content"},
        {kAnthropic, Operation::chat,
         R"({"max_tokens":1,"messages":[{"role":"user","content":5}]})", Errc::invalid_parameter,
         "messages[0].content"},
        {kAnthropic, Operation::chat,
         R"({"max_tokens":1,"system":5,"messages":[{"role":"user","content":"x"}]})",
         Errc::invalid_parameter, "system"},
        {kResponses, Operation::chat, "{}", Errc::missing_parameter, "input"},
        {kResponses, Operation::chat, R"({"input":[]})", Errc::invalid_parameter, "input"},
        {kResponses, Operation::chat, R"({"input":5})", Errc::invalid_parameter, "input"},
        {kResponses, Operation::chat, R"({"input":["x"]})", Errc::invalid_parameter, "input[0]"},
        {kResponses, Operation::chat, R"({"input":[{"role":"nobody","content":"x"}]})",
         Errc::invalid_parameter, "input[0].role"},
        {kResponses, Operation::chat, R"({"input":[{"role":"user"}]})", Errc::missing_parameter,
         "input[0].content"},
        {kResponses, Operation::chat, R"({"input":"x","previous_response_id":"r"})",
         Errc::unsupported_parameter, "previous_response_id"},
        {kResponses, Operation::chat, R"({"input":"x","conversation":"c"})",
         Errc::unsupported_parameter, "conversation"},
        {kResponses, Operation::chat, R"({"input":"x","background":true})",
         Errc::unsupported_parameter, "background"},
    };
    for (const BadCase& row : cases) {
        CAPTURE(row.body.substr(0, 100));
        const Parsed parsed(row.dialect, row.operation, row.body);
        CHECK(parsed.request.has_error());
        if (!parsed.request.has_error()) continue;
        CHECK(parsed.request.error().code == row.code);
        CHECK(parsed.request.error().param == row.param);
        CHECK_FALSE(parsed.request.error().message.empty());
    }
}

TEST_CASE("token ids go to servers of OpenAI's dialect alone, and the refusal names the remedy") {
    struct Row {
        const char* body;
        std::size_t texts;
    };
    for (const Row& row : {Row{R"({"input":[1,2,3]})", 1}, Row{R"({"input":[[1,2],[3]]})", 2}}) {
        CAPTURE(row.body);
        const Parsed parsed(kOpenAi, Operation::embed, row.body);
        REQUIRE(parsed.request.has_value());
        CHECK(parsed.request->inputs.size() == row.texts);
        Target target;
        target.model = "m";
        const auto local = build_request(*parsed.request, row.body, target);
        REQUIRE(local.has_error());
        CHECK(local.error().param == "input");
        CHECK(local.error().message.find("check_embedding_ctx_length=False") != std::string::npos);
        target.dialect = Dialect::openai_chat;
        const auto passed = build_request(*parsed.request, row.body, target);
        REQUIRE(passed.has_value());
        CHECK(find_member(passed->body, "input") == find_member(row.body, "input"));
    }
}

TEST_CASE("Anthropic's turns become messages: results first, then what else is said") {
    const Parsed parsed(kAnthropic, Operation::chat,
                        R"({"max_tokens":9,"system":[{"type":"text","text":"S"}],"messages":[
        {"role":"user","content":"Q"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"s"},
            {"type":"redacted_thinking","data":"x"},
            {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,
            "content":[{"type":"text","text":"R"},{"type":"image","source":{"type":"base64",
            "media_type":"image/png","data":"iVBORw0KGgo="}}]},{"type":"text","text":"More"}]}]})");
    const auto& messages = parsed.request->messages;
    REQUIRE(messages.size() == 5);
    CHECK(messages[0].role == Role::system);
    CHECK(messages[2].thinking == "T");
    CHECK(messages[2].tool_calls.at(0).name == "f");
    CHECK(messages[2].source == 1);
    CHECK(messages[3].role == Role::tool);
    CHECK(messages[3].tool_call_id == "t1");
    CHECK(messages[3].tool_failed);
    CHECK(messages[3].parts.size() == 2);
    CHECK(messages[4].role == Role::user);
    CHECK(messages[4].parts.at(0).text == "More");
    CHECK(messages[4].source == 2);
    CHECK(parsed.request->image_count == 1);
    CHECK(parsed.request->max_output_tokens == 9);
}

TEST_CASE("items of Responses become turns: what was thought, said and called in one go is one") {
    const Parsed parsed(kResponses, Operation::chat,
                        R"({"instructions":"S","input":[{"role":"user","content":"Q"},
        {"type":"reasoning","summary":[{"type":"summary_text","text":"T"}]},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]},
        {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
        {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
        {"type":"function_call_output","call_id":"c1","output":"R"},
        {"type":"item_reference","id":"x"}]})");
    const auto& messages = parsed.request->messages;
    REQUIRE(messages.size() == 5);
    CHECK(messages[0].role == Role::system);
    CHECK(messages[2].role == Role::assistant);
    CHECK(messages[2].thinking == "T");
    CHECK(messages[2].parts.at(0).text == "A");
    CHECK(messages[2].tool_calls.size() == 2);
    CHECK(messages[3].tool_call_id == "c1");
    CHECK(messages[4].parts.at(0).kind == ContentPart::Kind::other);
    const auto built = build_request(*parsed.request, "", Target{});
    REQUIRE(built.has_error());
    CHECK(built.error().param == "input[6]");
}
