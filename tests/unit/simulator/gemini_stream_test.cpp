// Streams of the simulated Gemini.
#include <vector>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

const std::string kPath = "/v1beta/models/";
const std::string kStream = ":streamGenerateContent?alt=sse";
const std::string kWhy = R"({"contents":[{"role":"user","parts":[{"text":"Why?"}]}])";

/// The data of each event; its framing is checked.
std::vector<std::string> events_of(const std::string& body) {
    std::vector<std::string> events;
    std::size_t begin = 0;
    while (begin < body.size()) {
        const auto end = body.find("\r\n\r\n", begin);
        REQUIRE(end != std::string::npos);
        REQUIRE(body.substr(begin, 6) == "data: ");
        events.push_back(body.substr(begin + 6, end - begin - 6));
        begin = end + 4;
    }
    return events;
}

std::string text_of(const std::vector<std::string>& events, bool thoughts) {
    std::string text;
    for (const auto& event : events) {
        const Json json(event);
        const std::string part = "/candidates/0/content/parts/0";
        if (json.has(part + "/text") && json.has(part + "/thought") == thoughts) {
            text += json.text(part + "/text");
        }
    }
    return text;
}

}  // namespace

TEST_CASE("every event has the form of an answer, and the last says why it ended") {
    Running running;
    const auto reply = running.gemini(kPath + "gemini-2.0-flash" + kStream, kWhy + "}");
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "text/event-stream");
    const auto events = events_of(reply.body);
    REQUIRE(events.size() > 3);
    CHECK(text_of(events, false) == "Simulated answer of gemini-2.0-flash: you asked \"Why?\".");
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Json json(events[i]);
        CHECK(json.has("/candidates/0/finishReason") == (i + 1 == events.size()));
        CHECK(json.text("/modelVersion") == "gemini-2.0-flash");
        CHECK(json.number("/usageMetadata/candidatesTokenCount") == std::int64_t(i) + 1);
    }
}

TEST_CASE("the stream counts as the body does") {
    Running running;
    const std::string more = R"(,"generationConfig":{"thinkingConfig":{"includeThoughts":true}}})";
    const auto events =
        events_of(running.gemini(kPath + "gemini-2.5-flash" + kStream, kWhy + more).body);
    const Json whole(running.gemini(kPath + "gemini-2.5-flash:generateContent", kWhy + more).body);
    const Json last(events.back());
    for (const char* count : {"/usageMetadata/promptTokenCount", "/usageMetadata/totalTokenCount",
                              "/usageMetadata/thoughtsTokenCount"}) {
        CHECK(last.number(count) == whole.number(count));
    }
    CHECK(text_of(events, true) == whole.text("/candidates/0/content/parts/0/text"));
    CHECK(text_of(events, false) == whole.text("/candidates/0/content/parts/1/text"));
}

TEST_CASE("a call comes whole") {
    Running running;
    const auto events =
        events_of(running
                      .gemini(kPath + "gemini-3-pro-preview" + kStream,
                              kWhy + R"(,"tools":[{"functionDeclarations":[{"name":"f"}]}]})")
                      .body);
    REQUIRE(events.size() == 1);
    const Json json(events.front());
    CHECK(json.text("/candidates/0/content/parts/0/functionCall/name") == "f");
    CHECK(json.has("/candidates/0/content/parts/0/thoughtSignature"));
    CHECK(json.text("/candidates/0/finishReason") == "STOP");
}

TEST_CASE("without alt=sse it is one array") {
    Running running;
    const auto reply = running.gemini(kPath + "gemini-2.0-flash:streamGenerateContent", kWhy + "}");
    CHECK(reply.headers.at("content-type") == "application/json; charset=UTF-8");
    CHECK(reply.chunks.size() > 2);
    CHECK(Json(reply.body).text("/0/modelVersion") == "gemini-2.0-flash");
}

TEST_CASE("a switch breaks a stream off with an error, or with nothing") {
    Running running;
    Behaviour failing;
    failing.stream_error_after = 2;
    running.simulator.set_behaviour("gemini-2.0-flash", failing);
    const auto events =
        events_of(running.gemini(kPath + "gemini-2.0-flash" + kStream, kWhy + "}").body);
    REQUIRE(events.size() == 3);
    CHECK(Json(events[2]).number("/error/code") == 503);
    const Json array(
        running.gemini(kPath + "gemini-2.0-flash:streamGenerateContent", kWhy + "}").body);
    CHECK(array.text("/2/error/status") == "UNAVAILABLE");
    Behaviour cut;
    cut.cut_after_bytes = 100;
    running.simulator.set_behaviour("gemini-2.0-flash", cut);
    const auto broken = running.gemini(kPath + "gemini-2.0-flash" + kStream, kWhy + "}");
    CHECK(broken.body.size() == 100);
    CHECK_FALSE(broken.complete);
}

TEST_CASE("a switch leaves the counts out") {
    Running running;
    Behaviour silent;
    silent.omit_usage = true;
    running.simulator.set_behaviour(silent);
    const auto events =
        events_of(running.gemini(kPath + "gemini-2.0-flash" + kStream, kWhy + "}").body);
    CHECK_FALSE(Json(events.back()).has("/usageMetadata"));
}
