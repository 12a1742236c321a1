// Answers of the Gemini API and Vertex AI.
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

ExchangeSpec spec_of(bool stream, Operation operation = Operation::chat) {
    ExchangeSpec spec;
    spec.client = Dialect::openai_chat;
    spec.upstream = Dialect::gemini;
    spec.operation = operation;
    spec.stream = stream;
    spec.include_usage = true;
    spec.model = "m";
    spec.answer_id = "chatcmpl-1";
    return spec;
}

struct Outcome {
    std::string bytes;
    AnswerSummary summary;
};

Outcome outcome(const ExchangeSpec& spec, const std::string& answer) {
    const auto exchange = make_exchange(spec);
    Outcome out;
    exchange->feed(answer, out.bytes);
    exchange->end(out.bytes);
    out.bytes += exchange->take_tail();
    out.summary = exchange->summary();
    return out;
}

std::string candidate(const std::string& parts, const std::string& more = "") {
    return R"({"candidates":[{"content":{"role":"model","parts":[)" + parts + "]}" + more + "}]";
}

const std::string kUsage = R"(,"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,)"
                           R"("thoughtsTokenCount":3,"totalTokenCount":10})";

std::string finished(const std::string& reason) {
    return candidate(R"({"text":"a"})", R"(,"finishReason":")" + reason + "\"") + kUsage + "}";
}

std::string at(const std::string& json, const std::string& pointer) {
    JsonParser parser;
    auto value = parser.parse(json).value().at_pointer(pointer);
    return value.error() == simdjson::SUCCESS ? to_json(value.value()) : "";
}

}  // namespace

TEST_CASE("thoughts are reasoning, and the model that served is known") {
    const Outcome out = outcome(
        spec_of(false), candidate(R"({"text":"t","thought":true},{"text":"a"},{"text":"b"})",
                                  R"(,"finishReason":"STOP")") +
                            kUsage + R"(,"modelVersion":"gemini-2.5-flash-001"})");
    CHECK(at(out.bytes, "/choices/0/message") ==
          R"({"role":"assistant","content":"ab","reasoning_content":"t"})");
    CHECK(out.summary.served_model == "gemini-2.5-flash-001");
    CHECK(out.summary.usage.input_total() == 5);
    CHECK(out.summary.usage.output_visible == 2);
    CHECK(out.summary.usage.reasoning == 3);
    CHECK(out.summary.complete);
}

TEST_CASE("why an answer ended") {
    const auto reason = [](const std::string& word) {
        return outcome(spec_of(false), finished(word)).summary.finish_reason;
    };
    CHECK(reason("STOP") == "stop");
    CHECK(reason("MAX_TOKENS") == "length");
    for (const char* word : {"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION"})
        CHECK(reason(word) == "content_filter");
}

TEST_CASE("an answer that the model broke off is an error, also within a stream") {
    for (const char* word : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER"}) {
        const Outcome body = outcome(spec_of(false), finished(word));
        REQUIRE(body.summary.error.has_value());
        CHECK(body.summary.error->code == Errc::upstream_bad_response);
        CHECK(body.summary.error->message.find(word) != std::string::npos);
        const Outcome stream = outcome(spec_of(true), "data: " + finished(word) + "\n\n");
        CHECK(stream.summary.error_sent);
        CHECK(stream.bytes.find(R"("error")") != std::string::npos);
        CHECK(stream.bytes.find("[DONE]") == std::string::npos);
    }
}

TEST_CASE("a prompt that was blocked has an answer without words") {
    const std::string blocked = R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":)"
                                R"({"promptTokenCount":5,"totalTokenCount":5}})";
    const Outcome body = outcome(spec_of(false), blocked);
    CHECK(body.summary.finish_reason == "content_filter");
    CHECK_FALSE(body.summary.error.has_value());
    const Outcome stream = outcome(spec_of(true), "data: " + blocked + "\n\n");
    CHECK(stream.summary.finish_reason == "content_filter");
    CHECK(stream.bytes.find("[DONE]") != std::string::npos);
}

TEST_CASE("calls are whole; the first has the signature of the thought behind them") {
    const std::string parts =
        R"({"functionCall":{"name":"f","args":{"n":1}},"thoughtSignature":"c2ln"},)"
        R"({"functionCall":{"id":"x","name":"g"}})";
    const std::string answer = candidate(parts, R"(,"finishReason":"STOP")") + kUsage + "}";
    const Outcome body = outcome(spec_of(false), answer);
    CHECK(body.summary.finish_reason == "tool_calls");
    CHECK(at(body.bytes, "/choices/0/message/tool_calls/0") ==
          R"({"id":"call_1_0","type":"function","function":{"name":"f","arguments":"{\"n\":1}"},)"
          R"("extra_content":{"google":{"thought_signature":"c2ln"}}})");
    CHECK(at(body.bytes, "/choices/0/message/tool_calls/1") ==
          R"({"id":"x","type":"function","function":{"name":"g","arguments":"{}"}})");
    const Outcome stream = outcome(spec_of(true), "data: " + answer + "\r\n\r\n");
    CHECK(stream.bytes.find(R"("extra_content":{"google":{"thought_signature":"c2ln"}})") !=
          std::string::npos);
    CHECK(stream.summary.finish_reason == "tool_calls");
}

TEST_CASE("of several calls one is left where the client wants one at a time") {
    ExchangeSpec spec = spec_of(false);
    spec.one_tool_call = true;
    const Outcome out =
        outcome(spec, candidate(R"({"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}})",
                                R"(,"finishReason":"STOP")") +
                          kUsage + "}");
    CHECK(at(out.bytes, "/choices/0/message/tool_calls/1").empty());
}

TEST_CASE("a stream is over with a finishReason and its counts; the last counts hold") {
    const auto exchange = make_exchange(spec_of(true));
    std::string bytes;
    exchange->feed("data: " + candidate(R"({"text":"a"})") +
                       R"(,"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}})"
                       "\n\n",
                   bytes);
    CHECK_FALSE(exchange->summary().complete);
    exchange->feed("data: " + finished("STOP") + "\n\n", bytes);
    CHECK(exchange->summary().complete);
    CHECK(exchange->summary().usage.output_total() == 5);
    CHECK(exchange->take_tail().find("[DONE]") != std::string::npos);
}

TEST_CASE("counts may follow the finishReason, or be missing") {
    const std::string end = "data: " + candidate("", R"(,"finishReason":"STOP")") + "}\n\n";
    const Outcome late = outcome(spec_of(true), "data: " + candidate(R"({"text":"a"})") + "}\n\n" +
                                                    end + "data: {" + kUsage.substr(1) + "}\n\n");
    CHECK(late.summary.complete);
    CHECK(late.summary.usage.output_total() == 5);
    const Outcome without = outcome(spec_of(true), end);
    CHECK(without.summary.complete);
    CHECK(without.summary.usage.source == UsageSource::none);
}

TEST_CASE("a stream without a finishReason was cut") {
    const Outcome out = outcome(spec_of(true), "data: " + candidate(R"({"text":"a"})") + "}\n\n");
    REQUIRE(out.summary.error.has_value());
    CHECK(out.summary.error->code == Errc::upstream_stream_cut);
}

TEST_CASE("errors come as an object or as an array of one, also within a stream") {
    const std::string error =
        R"({"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED","details":[)"
        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}})";
    for (const std::string& shape : {error, "[" + error + "]"}) {
        for (const bool stream : {false, true}) {
            const Outcome out =
                outcome(spec_of(stream), stream ? "data: " + shape + "\n\n" : shape);
            REQUIRE(out.summary.error.has_value());
            CHECK(out.summary.error->code == Errc::rate_limited);
            CHECK(out.summary.error->retry_after_seconds == 3);
        }
    }
}

TEST_CASE("log-probabilities stand with their text") {
    const std::string answer =
        candidate(R"({"text":"a"})",
                  R"(,"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"a",)"
                  R"("logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"a",)"
                  R"("logProbability":-0.5},{"token":"b","logProbability":-1}]}]})") +
        kUsage + "}";
    const std::string expected =
        R"([{"token":"a","logprob":-0.5,"bytes":null,"top_logprobs":[{"token":"a","logprob":-0.5,)"
        R"("bytes":null},{"token":"b","logprob":-1,"bytes":null}]}])";
    CHECK(at(outcome(spec_of(false), answer).bytes, "/choices/0/logprobs/content") == expected);
    CHECK(outcome(spec_of(true), "data: " + answer + "\n\n").bytes.find(expected) !=
          std::string::npos);
}

TEST_CASE("an answer that is none, or not of text, is an error") {
    for (const char* answer :
         {"{}", R"({"candidates":[]})", R"({"usageMetadata":{"promptTokenCount":1}})",
          R"({"candidates":[{"content":{"parts":[{"inlineData":{"data":"AA"}}]}}]})"}) {
        const Outcome out = outcome(spec_of(false), answer);
        REQUIRE(out.summary.error.has_value());
        CHECK(out.summary.error->code == Errc::upstream_bad_response);
    }
}

TEST_CASE("vectors of a batch, and of predictions with their counts") {
    ExchangeSpec spec = spec_of(false, Operation::embed);
    spec.input_count = 2;
    const Outcome batch =
        outcome(spec, R"({"embeddings":[{"values":[0.5,1]},{"values":[-1,0.25]}]})");
    CHECK(at(batch.bytes, "/data/1/embedding") == "[-1,0.25]");
    CHECK(at(batch.bytes, "/model") == R"("m")");
    const Outcome predicted = outcome(
        spec, R"({"predictions":[{"embeddings":{"values":[0.5],"statistics":{"token_count":3.0}}},)"
              R"({"embeddings":{"values":[1],"statistics":{"token_count":4}}}]})");
    CHECK(at(predicted.bytes, "/usage/prompt_tokens") == "7");
    CHECK(predicted.summary.usage.source == UsageSource::reported);
    spec.input_count = 1;
    CHECK(outcome(spec, R"({"embeddings":[]})").summary.error.has_value());
    spec.client = Dialect::ollama;
    CHECK(at(outcome(spec, R"({"embeddings":[{"values":[0.5]}]})").bytes, "/embeddings/0") ==
          "[0.5]");
}
