#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

struct Stream {
    const char* name;
    ExchangeSpec spec;
    std::string answer;
    std::size_t complete_from;  // a cut at or after this byte is no cut
};

ExchangeSpec stream_spec(Dialect client, Dialect upstream) {
    ExchangeSpec spec;
    spec.client = client;
    spec.upstream = upstream;
    spec.stream = true;
    spec.include_usage = true;
    spec.model = "m:7b";
    spec.answer_id = "chatcmpl-1";
    return spec;
}

std::vector<Stream> streams() {
    const std::string sse =
        "data: "
        "{\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":"
        "\"a\xC3\xA4\"},\"finish_reason\":null}]}\n\n"
        "data: "
        "{\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":"
        "\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n"
        "data: "
        "{\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]"
        "}";
    const std::string sse_rest =
        "\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
        "data: [DONE]\n\n";
    const std::string ndjson =
        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\xC3\xA4\"},\"done\":"
        "false}\n"
        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
        "\"done_reason\":\"stop\",\"eval_count\":2}";
    std::vector<Stream> list;
    for (const Dialect client : {Dialect::openai_chat, Dialect::ollama}) {
        list.push_back(
            {"from OpenAI", stream_spec(client, Dialect::openai_chat), sse + sse_rest, sse.size()});
        list.push_back(
            {"from Ollama", stream_spec(client, Dialect::ollama), ndjson + "\n", ndjson.size()});
    }
    return list;
}

std::string run(Exchange& exchange, std::string_view answer) {
    std::string out;
    exchange.feed(answer, out);
    exchange.end(out);
    return out;
}

}  // namespace

TEST_CASE("a stream that is cut anywhere has no tail and says so") {
    for (const Stream& stream : streams()) {
        for (std::size_t cut = 0; cut <= stream.answer.size(); ++cut) {
            CAPTURE(stream.name);
            CAPTURE(cut);
            const auto exchange = make_exchange(stream.spec);
            const std::string out = run(*exchange, std::string_view(stream.answer).substr(0, cut));
            const bool complete = cut >= stream.complete_from;
            const AnswerSummary& summary = exchange->summary();
            CHECK(summary.complete == complete);
            CHECK(summary.error.has_value() != complete);
            if (summary.error) CHECK(summary.error->code == Errc::upstream_stream_cut);
            CHECK(exchange->take_tail().empty() != complete);
            CHECK(out.find("[DONE]") == std::string::npos);
            CHECK(out.find("\"done\":true") == std::string::npos);
        }
    }
}

TEST_CASE("the tail can be taken once the terminal marker was seen") {
    for (const Stream& stream : streams()) {
        CAPTURE(stream.name);
        const auto exchange = make_exchange(stream.spec);
        std::string out;
        exchange->feed(stream.answer, out);
        CHECK(exchange->summary().complete);
        CHECK(exchange->summary().content_started);
        CHECK_FALSE(exchange->take_tail().empty());
        exchange->end(out);
        CHECK(exchange->take_tail().empty());
        CHECK_FALSE(exchange->summary().error.has_value());
    }
}

TEST_CASE("content has not started before the first text, thought or call") {
    const auto exchange = make_exchange(stream_spec(Dialect::openai_chat, Dialect::openai_chat));
    std::string out;
    exchange->feed(R"(data: {"choices":[{"delta":{"role":"assistant","content":""}}]})"
                   "\n\n",
                   out);
    CHECK_FALSE(exchange->summary().content_started);
    exchange->feed(R"(data: {"choices":[{"delta":{"reasoning":"x"}}]})"
                   "\n\n",
                   out);
    CHECK(exchange->summary().content_started);
    CHECK(exchange->summary().estimated_output_tokens == 1);
}

TEST_CASE("three malformed events are skipped, a fourth ends the answer") {
    for (const Dialect upstream : {Dialect::openai_chat, Dialect::ollama}) {
        for (const Dialect client : {Dialect::openai_chat, Dialect::ollama}) {
            const auto exchange = make_exchange(stream_spec(client, upstream));
            std::string out;
            for (int i = 0; i < 4; ++i) {
                CHECK_FALSE(exchange->summary().error.has_value());
                exchange->feed(upstream == Dialect::ollama ? "{\n" : "data: {\n\n", out);
            }
            REQUIRE(exchange->summary().error.has_value());
            CHECK(exchange->summary().error->code == Errc::upstream_bad_response);
            CHECK_FALSE(exchange->summary().error_sent);
            CHECK(out.empty());
        }
    }
}

TEST_CASE("an endless event is an error, not memory") {
    for (const Dialect upstream : {Dialect::openai_chat, Dialect::ollama}) {
        const auto exchange = make_exchange(stream_spec(Dialect::openai_chat, upstream));
        const std::string portion(1 << 20, 'x');
        std::string out;
        for (int i = 0; i < 9; ++i)
            exchange->feed(portion, out);
        REQUIRE(exchange->summary().error.has_value());
        CHECK(exchange->summary().error->code == Errc::upstream_bad_response);
    }
}

TEST_CASE("noise behind the terminal marker changes nothing") {
    const auto exchange = make_exchange(stream_spec(Dialect::openai_chat, Dialect::openai_chat));
    std::string out;
    exchange->feed("data: [DONE]\n\ndata: {\"error\":\"late\"}\n\n", out);
    exchange->feed(std::string(2 << 20, 'x'), out);
    exchange->end(out);
    CHECK(exchange->summary().complete);
    CHECK(exchange->take_tail() == "data: [DONE]\n\n");
    CHECK(out.empty());
}

TEST_CASE("all chunks of a translated answer carry the same id, and one of them the role") {
    const auto exchange = make_exchange(stream_spec(Dialect::openai_chat, Dialect::ollama));
    std::string out = run(*exchange, R"({"message":{"content":"","thinking":"t"},"done":false})"
                                     "\n"
                                     R"({"message":{"content":"x"},"done":false})"
                                     "\n"
                                     R"({"done":true})"
                                     "\n");
    out += exchange->take_tail();
    std::size_t roles = 0;
    std::size_t ids = 0;
    for (std::size_t at = 0; (at = out.find("\"role\"", at)) != std::string::npos; ++at)
        ++roles;
    for (std::size_t at = 0; (at = out.find("\"id\":\"chatcmpl-1\"", at)) != std::string::npos;
         ++at)
        ++ids;
    CHECK(roles == 1);
    CHECK(ids == 4);
}

TEST_CASE("separators that break line splitters are escaped in translated lines") {
    const auto exchange = make_exchange(stream_spec(Dialect::ollama, Dialect::openai_chat));
    const std::string out =
        run(*exchange,
            "data: "
            "{\"choices\":[{\"delta\":{\"content\":\"a\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\"}}]}\n\n");
    CHECK(out.find("a\\u0085\\u2028\\u2029") != std::string::npos);
}

TEST_CASE("calls that a server numbers alike are told apart by their ids") {
    const auto exchange = make_exchange(stream_spec(Dialect::ollama, Dialect::openai_chat));
    const std::string out =
        run(*exchange, R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a",)"
                       R"("function":{"name":"f","arguments":"{\"x\":1}"}}]}}]})"
                       "\n\n"
                       R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b",)"
                       R"("function":{"name":"g","arguments":{"y":2}}}]}}]})"
                       "\n\n"
                       R"(data: {"choices":[{"delta":{},"finish_reason":"stop"}]})"
                       "\n\n");
    CHECK(out.find(R"([{"id":"a","function":{"index":0,"name":"f","arguments":{"x":1}}},)"
                   R"({"id":"b","function":{"index":1,"name":"g","arguments":{"y":2}}}])") !=
          std::string::npos);
    CHECK(exchange->summary().finish_reason == "tool_calls");
}

TEST_CASE("a body that is no answer is an error") {
    const std::vector<std::string> bodies{
        "", "  \n", "<html></html>", "[]", "{}", "{\"choices\":5}", "{\"a\":", "\"text\""};
    for (const Dialect client : {Dialect::openai_chat, Dialect::ollama}) {
        for (const Dialect upstream : {Dialect::openai_chat, Dialect::ollama}) {
            for (const Operation operation : {Operation::chat, Operation::embed}) {
                for (const std::string& body : bodies) {
                    CAPTURE(body);
                    ExchangeSpec spec = stream_spec(client, upstream);
                    spec.stream = false;
                    spec.operation = operation;
                    const auto exchange = make_exchange(spec);
                    const std::string out = run(*exchange, body);
                    REQUIRE(exchange->summary().error.has_value());
                    CHECK(exchange->summary().error->code == Errc::upstream_bad_response);
                    CHECK(exchange->take_tail().empty());
                    CHECK(out.empty());
                }
            }
        }
    }
}

TEST_CASE("embeddings that are no finite numbers are not passed on") {
    ExchangeSpec spec;
    spec.upstream = Dialect::ollama;
    spec.operation = Operation::embed;
    spec.input_count = 1;
    for (const char* vector : {"[1,null]", "[1e39]", "\"AAAAf/8=\"", "\"AAA\"", "5"}) {
        CAPTURE(vector);
        const auto exchange = make_exchange(spec);
        run(*exchange, std::string(R"({"embeddings":[)") + vector + "]}");
        REQUIRE(exchange->summary().error.has_value());
        CHECK(exchange->summary().error->code == Errc::upstream_bad_response);
    }
}

TEST_CASE("what would break a client's lines is escaped, also where events are passed on") {
    const std::string text =
        "a\xC2\x85"
        "b\xE2\x80\xA8"
        "c\xE2\x80\xA9"
        "d\xE2\x82\xAC\xC2\xA0";
    const std::string safe = "a\\u0085b\\u2028c\\u2029d\xE2\x82\xAC\xC2\xA0";
    const std::string answers[] = {
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n",
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
        "\"delta\":\"" +
            text + "\"}\n\n",
        "{\"message\":{\"content\":\"" + text + "\"},\"done\":false}\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
        "\"delta\":{\"type\":\"text_delta\",\"text\":\"" +
            text + "\"}}\n\n",
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}]}}]}\n\n"};
    for (const Dialect upstream : kAllDialects) {
        for (const Dialect client : kClientDialects) {
            CAPTURE(to_string(upstream));
            CAPTURE(to_string(client));
            const auto exchange = make_exchange(stream_spec(client, upstream));
            std::string out;
            exchange->feed(answers[static_cast<std::size_t>(upstream)], out);
            CHECK(out.find(safe) != std::string::npos);
            CHECK(out.find("\xE2\x80\xA8") == std::string::npos);
        }
    }
}
