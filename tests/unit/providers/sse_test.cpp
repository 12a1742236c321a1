#include "providers/sse.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr::providers;

namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

struct Case {
    const char* name;
    std::string input;
    Events events;
};

void drain(SseSplitter& splitter, Events& events) {
    SseEvent event;
    while (splitter.next(event))
        events.emplace_back(event.name, event.data);
}

Events split(const std::vector<std::string>& portions) {
    SseSplitter splitter;
    Events events;
    for (const std::string& portion : portions) {
        splitter.feed(portion);
        drain(splitter, events);
    }
    splitter.feed({});
    splitter.finish();
    drain(splitter, events);
    return events;
}

const std::vector<Case>& cases() {
    static const std::vector<Case> kCases{
        {"LF", "data: a\n\ndata: b\n\n", {{"", "a"}, {"", "b"}}},
        {"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", {{"", "a"}, {"", "b"}}},
        {"CR", "data: a\r\rdata: b\r\r", {{"", "a"}, {"", "b"}}},
        {"mixed line ends",
         "data: a\r\n\ndata: b\n\rdata: c\r\r\n",
         {{"", "a"}, {"", "b"}, {"", "c"}}},
        {"byte-order mark",
         "\xEF\xBB\xBF"
         "data: a\n\n",
         {{"", "a"}}},
        {"several data lines", "data: a\ndata: b\ndata:\n\n", {{"", "a\nb\n"}}},
        {"comments", ": ping\n\ndata: a\n: in between\ndata: b\n\n:\n\n", {{"", "a\nb"}}},
        {"no space after the colon", "data:a\n\ndata:  b\n\n", {{"", "a"}, {"", " b"}}},
        {"event names", "event: error\ndata: a\n\ndata: b\n\n", {{"error", "a"}, {"", "b"}}},
        {"a name without data is no event", "event: x\n\ndata: b\n\n", {{"", "b"}}},
        {"empty data is no event", "data\n\ndata:\n\ndata: b\n\n", {{"", "b"}}},
        {"no last blank line", "data: a\n\ndata: b\n", {{"", "a"}, {"", "b"}}},
        {"no last line end", "data: a\n\ndata: b", {{"", "a"}, {"", "b"}}},
        {"other fields", "id: 1\nretry: 5\nfoo\ndata: a\n\n", {{"", "a"}}},
        {"UTF-8",
         "data: \xE4\xBD\xA0\xF0\x9F\x98\x80\xE2\x80\xA8\n\n",
         {{"", "\xE4\xBD\xA0\xF0\x9F\x98\x80\xE2\x80\xA8"}}},
        {"nothing", "", {}},
        {"blank lines only", "\n\r\n\r\n\n", {}},
    };
    return kCases;
}

}  // namespace

TEST_CASE("SSE streams split into the same events at every byte") {
    for (const Case& row : cases()) {
        CAPTURE(row.name);
        CHECK(split({row.input}) == row.events);
        for (std::size_t at = 0; at <= row.input.size(); ++at) {
            CAPTURE(at);
            CHECK(split({row.input.substr(0, at), row.input.substr(at)}) == row.events);
        }
        std::vector<std::string> bytes;
        for (const char c : row.input)
            bytes.emplace_back(1, c);
        CHECK(split(bytes) == row.events);
    }
}

TEST_CASE("an SSE event beyond the limit fails the splitter after the events before it") {
    const std::string big(kMaxSseEventBytes + 1, 'x');
    const std::vector<std::string> inputs{
        "data: a\n\ndata: " + big + "\n\ndata: b\n\n", "data: a\n\n: " + big + "\n\n",
        "data: a\n\ndata: " + big.substr(9) + "\ndata: 12345678\n\n"};
    for (const std::string& input : inputs) {
        for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{1000}}) {
            SseSplitter splitter;
            Events events;
            for (const std::string& portion : {input.substr(0, at), input.substr(at)}) {
                splitter.feed(portion);
                drain(splitter, events);
            }
            CHECK(splitter.failed());
            CHECK(events == Events{{"", "a"}});
        }
    }
}

TEST_CASE("written SSE events read back") {
    std::string out;
    write_sse(out, "{\"a\":1}");
    write_sse(out, "one\ntwo", "error");
    CHECK(out == "data: {\"a\":1}\n\nevent: error\ndata: one\ndata: two\n\n");
    CHECK(split({out}) == Events{{"", "{\"a\":1}"}, {"error", "one\ntwo"}});
}
