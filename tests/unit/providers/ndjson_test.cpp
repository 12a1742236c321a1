#include "providers/ndjson.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr::providers;

namespace {

using Lines = std::vector<std::string>;

struct Case {
    const char* name;
    std::string input;
    Lines lines;
};

void drain(NdjsonSplitter& splitter, Lines& lines) {
    std::string_view line;
    while (splitter.next(line))
        lines.emplace_back(line);
}

Lines split(const Lines& portions) {
    NdjsonSplitter splitter;
    Lines lines;
    for (const std::string& portion : portions) {
        splitter.feed(portion);
        drain(splitter, lines);
    }
    splitter.feed({});
    splitter.finish();
    drain(splitter, lines);
    return lines;
}

}  // namespace

TEST_CASE("NDJSON streams split into the same lines at every byte") {
    const std::vector<Case> cases{
        {"LF", "{\"a\":1}\n{\"b\":2}\n", {"{\"a\":1}", "{\"b\":2}"}},
        {"CRLF", "{\"a\":1}\r\n{\"b\":2}\r\n", {"{\"a\":1}", "{\"b\":2}"}},
        {"blank lines", "\n\n{\"a\":1}\n\r\n\n", {"{\"a\":1}"}},
        {"no last line end", "1\n2", {"1", "2"}},
        {"byte-order mark",
         "\xEF\xBB\xBF"
         "1\n2\n",
         {"1", "2"}},
        {"Unicode separators do not split",
         "\"\xE2\x80\xA8\xC2\x85\"\n",
         {"\"\xE2\x80\xA8\xC2\x85\""}},
        {"a lone CR does not split", "a\rb\n", {"a\rb"}},
        {"nothing", "", {}},
    };
    for (const Case& row : cases) {
        CAPTURE(row.name);
        CHECK(split({row.input}) == row.lines);
        for (std::size_t at = 0; at <= row.input.size(); ++at)
            CHECK(split({row.input.substr(0, at), row.input.substr(at)}) == row.lines);
        Lines bytes;
        for (const char c : row.input)
            bytes.emplace_back(1, c);
        CHECK(split(bytes) == row.lines);
    }
}

TEST_CASE("a line beyond the limit fails the splitter after the lines before it") {
    const std::string input = "1\n" + std::string(kMaxNdjsonLineBytes + 1, 'x') + "\n2\n";
    for (const std::size_t at : {std::size_t{0}, std::size_t{2}, std::size_t{5000}}) {
        NdjsonSplitter splitter;
        Lines lines;
        for (const std::string& portion : {input.substr(0, at), input.substr(at)}) {
            splitter.feed(portion);
            drain(splitter, lines);
        }
        CHECK(splitter.failed());
        CHECK(lines == Lines{"1"});
    }
}
