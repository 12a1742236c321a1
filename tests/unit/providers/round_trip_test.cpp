// Translating a conversation to another dialect and back changes nothing that both can say.
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/codec.hpp"
#include "providers/images.hpp"
#include "providers/request_options.hpp"
#include "providers/tool_arguments.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

/// A conversation of no dialect, as random as it may be and still be valid in all of them.
struct Call {
    std::string id;
    std::string name;
    std::string arguments;
    std::string result;
};

struct Turn {
    std::string user;
    std::vector<std::string> images;  ///< base64
    std::string assistant;
    std::vector<Call> calls;
};

struct Talk {
    std::string system;
    std::vector<Turn> turns;  ///< the last has no answer
    bool tools = false;
    bool schema = false;
    bool stream = false;
    std::string tool_choice;
    double temperature = 0;
    int max_tokens = 0;
    std::vector<std::string> stop;
};

class Source {
public:
    explicit Source(unsigned seed) : random_(seed) {}

    bool chance(int percent) { return below(100) < percent; }
    int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

    std::string text() {
        static const std::vector<std::string> kPieces{"Ulm", " ",  "a\"b",         "\\",
                                                      "\n",  "ö",  "\xE2\x80\xA8", "日本",
                                                      "😀",  "{}", "data:",        "JSON"};
        std::string made = "t";
        for (int i = below(8); i >= 0; --i)
            made += kPieces[static_cast<std::size_t>(below(static_cast<int>(kPieces.size())))];
        return made + ".";
    }

    std::string arguments() {
        std::string json;
        JsonWriter out(json);
        out.begin_object();
        for (int i = below(4); i > 0; --i) {
            const std::string key = "k" + std::to_string(i);
            if (chance(50))
                out.field(key, text());
            else
                out.field(key, below(1000));
        }
        out.end_object();
        return json;
    }

    std::string image() {
        static const std::vector<std::string> kHeads{"\x89PNG\r\n\x1A\n", "\xFF\xD8\xFF\xE0",
                                                     "GIF89a", "RIFF....WEBP"};
        std::string bytes = kHeads[static_cast<std::size_t>(below(4))];
        for (int i = below(20); i >= 0; --i)
            bytes.push_back(static_cast<char>(below(256)));
        return base64_encode(bytes);
    }

    Talk talk() {
        Talk talk;
        if (chance(60)) talk.system = text();
        talk.tools = chance(50);
        talk.schema = !talk.tools && chance(30);
        talk.stream = chance(50);
        static const std::vector<std::string> kChoices{"", "auto", "none", "required", "f0"};
        if (talk.tools) talk.tool_choice = kChoices[static_cast<std::size_t>(below(5))];
        talk.temperature = below(11) / 10.0;
        talk.max_tokens = 1 + below(4000);
        for (int i = below(3); i > 0; --i)
            talk.stop.push_back("STOP" + std::to_string(i));
        for (int i = below(4); i >= 0; --i)
            talk.turns.push_back(turn(talk.tools));
        talk.turns.back().assistant.clear();
        if (!talk.turns.back().calls.empty() && chance(50)) talk.turns.back().calls.clear();
        return talk;
    }

private:
    Turn turn(bool tools) {
        Turn turn;
        turn.user = text();
        for (int i = below(3) - 1; i > 0; --i)
            turn.images.push_back(image());
        turn.assistant = text();
        for (int i = tools ? below(3) : 0; i > 0; --i) {
            turn.calls.push_back({"call_" + std::to_string(calls_), "f" + std::to_string(below(2)),
                                  arguments(), text()});
            ++calls_;
        }
        return turn;
    }

    std::mt19937 random_;
    int calls_ = 0;
};

/// Written as an OpenAI client would; the other dialects' forms come from translating that.
std::string as_openai(const Talk& talk) {
    std::string json;
    JsonWriter out(json);
    out.begin_object().field("model", "m").field("stream", talk.stream);
    out.field("temperature", talk.temperature).field("max_tokens", talk.max_tokens);
    if (!talk.stop.empty()) {
        out.key("stop").begin_array();
        for (const std::string& stop : talk.stop)
            out.value(stop);
        out.end_array();
    }
    if (talk.tools) {
        out.key("tools").begin_array();
        for (const char* name : {"f0", "f1"}) {
            out.begin_object().field("type", "function").key("function").begin_object();
            out.field("name", name).field("description", "does \"it\"");
            out.raw_field("parameters", R"({"type":"object","properties":{"k1":{}}})");
            out.end_object().end_object();
        }
        out.end_array();
        if (talk.tool_choice == "f0")
            out.raw_field("tool_choice", R"({"type":"function","function":{"name":"f0"}})");
        else if (!talk.tool_choice.empty())
            out.field("tool_choice", talk.tool_choice);
    }
    if (talk.schema) {
        out.raw_field("response_format",
                      R"({"type":"json_schema","json_schema":{"name":"r","schema":{"a":1}}})");
    }
    out.key("messages").begin_array();
    if (!talk.system.empty())
        out.begin_object().field("role", "system").field("content", talk.system).end_object();
    for (const Turn& turn : talk.turns) {
        out.begin_object().field("role", "user").key("content").begin_array();
        out.begin_object().field("type", "text").field("text", turn.user).end_object();
        for (const std::string& image : turn.images) {
            out.begin_object().field("type", "image_url").key("image_url").begin_object();
            out.field("url", image_data_uri(image)).end_object().end_object();
        }
        out.end_array().end_object();
        if (!turn.calls.empty()) {
            out.begin_object().field("role", "assistant").key("content").null();
            out.key("tool_calls").begin_array();
            for (const Call& call : turn.calls) {
                out.begin_object().field("id", call.id).field("type", "function");
                out.key("function").begin_object().field("name", call.name);
                out.field("arguments", call.arguments).end_object().end_object();
            }
            out.end_array().end_object();
            for (const Call& call : turn.calls) {
                out.begin_object().field("role", "tool").field("tool_call_id", call.id);
                out.field("content", call.result).end_object();
            }
        }
        if (!turn.assistant.empty())
            out.begin_object()
                .field("role", "assistant")
                .field("content", turn.assistant)
                .end_object();
    }
    out.end_array().end_object();
    return json;
}

std::string bytes_of(std::string_view image) {
    const std::string uri = image_data_uri(image);
    return std::string(data_uri_payload(uri).value_or(""));
}

/// What a request says, in one form for all dialects. `through` is the dialect it went through:
/// what that one cannot say is left out.
std::string said(Dialect dialect, const std::string& body, Dialect through) {
    JsonParser parser;
    const auto request = parse_request(dialect, Operation::chat, parser.parse(body).value());
    REQUIRE(request.has_value());
    const auto options = read_options(*request);
    REQUIRE(options.has_value());
    std::string text = request->stream ? "stream\n" : "at once\n";
    text += "limit " + std::to_string(request->max_output_tokens.value_or(0)) + "\n";
    text += "temperature " + std::to_string(options->temperature.value_or(-1)) + "\n";
    if (through != Dialect::openai_responses) {
        for (const std::string_view stop : options->stop)
            text.append("stop ").append(stop).append("\n");
    }
    for (const ToolSpec& tool : options->tools) {
        text.append("tool ").append(tool.name).append(tool.description.value_or(""));
        text.append(tool.parameters ? to_json(*tool.parameters) : "").append("\n");
    }
    // Ollama has no word for a choice, and Anthropic's older models none for a schema.
    if (through != Dialect::ollama)
        text += "choice " + std::to_string(static_cast<int>(options->tool_choice)) + "\n";
    if (through != Dialect::anthropic && options->format == RequestOptions::Format::schema)
        text += "schema " + to_json(options->schema) + "\n";
    for (const Message& message : request->messages) {
        text += "role " + std::to_string(static_cast<int>(message.role)) + "\n";
        for (const ContentPart& part : message.parts) {
            if (part.kind == ContentPart::Kind::text && !part.text.empty())
                text.append(part.text).append("\n");
        }
        for (const ContentPart& part : message.parts) {
            if (part.kind == ContentPart::Kind::image)
                text += "image " + bytes_of(part.text) + "\n";
        }
        for (const ToolCall& call : message.tool_calls) {
            text.append("call ").append(call.id).append(" ").append(call.name).append(" ");
            text.append(arguments_object(call.arguments).value_or("?")).append("\n");
        }
        if (message.role == Role::tool)
            text.append("answers ").append(message.tool_call_id).append("\n");
    }
    return text;
}

/// Nothing if `to` cannot say it at all.
std::optional<std::string> translate(Dialect from, const std::string& body, Dialect to) {
    JsonParser parser;
    const auto request = parse_request(from, Operation::chat, parser.parse(body).value());
    REQUIRE(request.has_value());
    Target target;
    target.dialect = to;
    target.model = to == Dialect::gemini ? "gemini-2.0-flash" : "claude-sonnet-4-5";
    const auto built = build_request(*request, body, target);
    if (!built) {
        CHECK(built.error().code == Errc::unsupported_parameter);
        return std::nullopt;
    }
    return built->body;
}

bool can_say(const Talk& talk, Dialect dialect) {
    switch (dialect) {
        case Dialect::openai_responses:
            return talk.stop.empty();
        case Dialect::ollama:  // a forced call becomes a schema, none leaves the tools out
            return talk.tool_choice.empty() || talk.tool_choice == "auto";
        case Dialect::anthropic:
            return !talk.schema;
        default:
            return true;
    }
}

}  // namespace

TEST_CASE("a random conversation comes back from every other dialect as it was") {
    int compared = 0;
    for (unsigned seed = 0; seed < 1500; ++seed) {
        Source source(seed);
        const Talk talk = source.talk();
        const std::string original = as_openai(talk);
        for (const Dialect home : kClientDialects) {
            if (!can_say(talk, home)) continue;
            const auto at_home = home == Dialect::openai_chat
                                     ? std::optional(original)
                                     : translate(Dialect::openai_chat, original, home);
            REQUIRE(at_home.has_value());
            for (const Dialect abroad : kClientDialects) {
                if (abroad == home || !can_say(talk, abroad)) continue;
                CAPTURE(seed);
                CAPTURE(to_string(home));
                CAPTURE(to_string(abroad));
                const auto there = translate(home, *at_home, abroad);
                REQUIRE(there.has_value());
                const auto back = translate(abroad, *there, home);
                REQUIRE(back.has_value());
                const std::string before = said(home, *at_home, abroad);
                CHECK(said(home, *back, abroad) == before);
                CHECK(said(abroad, *there, abroad) == said(home, *at_home, abroad));
                ++compared;
            }
        }
    }
    CHECK(compared > 8000);
}

TEST_CASE("Gemini's server gets the same of a random conversation, whatever the client speaks") {
    int compared = 0;
    for (unsigned seed = 0; seed < 1500; ++seed) {
        Source source(seed);
        const Talk talk = source.talk();
        const std::string original = as_openai(talk);
        const auto direct = translate(Dialect::openai_chat, original, Dialect::gemini);
        REQUIRE(direct.has_value());
        for (const Dialect home : kClientDialects) {
            if (home == Dialect::openai_chat || !can_say(talk, home)) continue;
            // Ollama's have no word for "auto" either, which is written where it is said.
            if (home == Dialect::ollama && !talk.tool_choice.empty()) continue;
            CAPTURE(seed);
            CAPTURE(to_string(home));
            const auto at_home = translate(Dialect::openai_chat, original, home);
            REQUIRE(at_home.has_value());
            const auto there = translate(home, *at_home, Dialect::gemini);
            REQUIRE(there.has_value());
            CHECK(*there == *direct);
            ++compared;
        }
    }
    CHECK(compared > 2000);
}

TEST_CASE("what a dialect cannot say is refused by name, or noted") {
    Talk talk = Source(1).talk();
    talk.stop = {"END"};
    JsonParser parser;
    const std::string body = as_openai(talk);
    const auto request =
        parse_request(Dialect::openai_chat, Operation::chat, parser.parse(body).value());
    REQUIRE(request.has_value());
    Target target;
    target.dialect = Dialect::openai_responses;
    target.model = "m";
    const auto built = build_request(*request, body, target);
    REQUIRE_FALSE(built.has_value());
    CHECK(built.error().code == Errc::unsupported_parameter);
    CHECK(built.error().param == "stop");
}
