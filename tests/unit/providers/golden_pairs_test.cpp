// Every pair of a client's dialect and an upstream's: requests, bodies, streams and errors of one,
// as the other side sees them.
//   tests/golden/pairs/requests/<client>/<case>.json
//   tests/golden/pairs/bodies/<upstream>/<case>.json, streams/<upstream>/<case>.txt
//   tests/golden/pairs/expected/<client>_on_<upstream>.json
// LLMR_WRITE_GOLDEN=1 writes what came out, on one line (python3 -m json.tool makes it readable);
// read it before it is committed.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/ndjson.hpp"
#include "providers/sse.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

namespace fs = std::filesystem;

fs::path root() {
    return fs::path(LLMR_GOLDEN_DIR) / "pairs";
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::set<fs::path> files_in(const fs::path& folder) {
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        files.insert(entry.path());
    REQUIRE(files.size() > 4);
    return files;
}

struct Pair {
    Dialect client;
    Dialect upstream;

    std::string name() const {
        return std::string(to_string(client)) + "_on_" + std::string(to_string(upstream));
    }
};

/// A translated answer as JSON: each event of a stream, or the body.
std::string answer_json(Dialect client, const std::string& bytes, bool stream) {
    std::string json;
    JsonWriter out(json);
    if (!stream) return bytes.empty() ? "null" : bytes;
    out.begin_array();
    if (client == Dialect::ollama) {
        NdjsonSplitter lines;
        lines.feed(bytes);
        std::string_view line;
        while (lines.next(line))
            out.raw(line);
    } else {
        SseSplitter events;
        events.feed(bytes);
        SseEvent event;
        while (events.next(event)) {
            if (event.data == "[DONE]") {
                out.value(event.data);
                continue;
            }
            // The name and the type inside say the same, in the dialects that have both.
            JsonParser parser;
            const auto data = parser.parse(event.data).value();
            if (client == Dialect::anthropic || client == Dialect::openai_responses)
                CHECK(get_string(data, "type").value_or("") == event.name);
            out.raw(event.data);
        }
    }
    out.end_array();
    return json;
}

ExchangeSpec spec_of(const Pair& pair, bool stream) {
    ExchangeSpec spec;
    spec.client = pair.client;
    spec.upstream = pair.upstream;
    spec.stream = stream;
    spec.include_usage = true;
    spec.model = "answering-model";
    spec.answer_id = answer_id(pair.client, Operation::chat, "01TEST");
    spec.created_ms = 1767225600000;
    spec.input_tokens = 21;
    return spec;
}

void write_request(JsonWriter& out, const Pair& pair, const fs::path& file) {
    const std::string body = read_file(file);
    JsonParser parser;
    const auto request = parse_request(pair.client, Operation::chat, parser.parse(body).value());
    REQUIRE(request.has_value());
    Target target;
    target.dialect = pair.upstream;
    target.model = "answering-model";
    if (pair.upstream == Dialect::anthropic) target.model = "claude-sonnet-4-5";
    if (pair.upstream == Dialect::gemini) target.model = "gemini-2.5-flash";
    const auto built = build_request(*request, body, target);
    out.key(file.stem().string()).begin_object();
    if (built) {
        out.field("path", built->path).raw_field("body", built->body);
        out.key("ignored").begin_array();
        for (const std::string& name : built->ignored)
            out.value(name);
        out.end_array();
        if (!built->forced_tool.empty()) out.field("forced_tool", built->forced_tool);
        if (built->one_tool_call) out.field("one_tool_call", true);
    } else {
        out.field("refused", code_string(built.error().code)).field("param", built.error().param);
    }
    out.end_object();
}

void write_answer(JsonWriter& out, const Pair& pair, const fs::path& file, bool stream) {
    const auto exchange = make_exchange(spec_of(pair, stream));
    const std::string answer = read_file(file);
    std::string bytes;
    exchange->feed(answer, bytes);
    exchange->set_timing(1000, 5000);
    exchange->end(bytes);
    bytes += exchange->take_tail();
    const AnswerSummary& summary = exchange->summary();
    // As the relay does where a stream breaks off.
    if (stream && summary.error && !summary.error_sent)
        bytes += exchange->error_frame(*summary.error);
    out.key(file.stem().string()).begin_object();
    out.raw_field("answer", answer_json(pair.client, bytes, stream));
    out.field("finish_reason", summary.finish_reason);
    out.field("input", summary.usage.input_total()).field("output", summary.usage.output_total());
    if (summary.error) out.field("error", code_string(summary.error->code));
    out.end_object();
}

void write_refusal(JsonWriter& out, const Pair& pair, const fs::path& file) {
    const Error error = parse_upstream_error(pair.upstream, 400, read_file(file));
    out.key("error").begin_object().field("status", client_status(pair.client, error));
    out.raw_field("answer", error_body(pair.client, error)).end_object();
}

std::string outcome(const Pair& pair) {
    const std::string client(to_string(pair.client));
    const std::string upstream(to_string(pair.upstream));
    std::string json;
    JsonWriter out(json);
    out.begin_object().key("requests").begin_object();
    for (const fs::path& file : files_in(root() / "requests" / client))
        write_request(out, pair, file);
    out.end_object().key("bodies").begin_object();
    for (const fs::path& file : files_in(root() / "bodies" / upstream)) {
        if (file.stem() == "error")
            write_refusal(out, pair, file);
        else
            write_answer(out, pair, file, /*stream=*/false);
    }
    out.end_object().key("streams").begin_object();
    for (const fs::path& file : files_in(root() / "streams" / upstream))
        write_answer(out, pair, file, /*stream=*/true);
    out.end_object().end_object();
    return json;
}

void check_part(simdjson::dom::element actual, simdjson::dom::element expected,
                const std::string& part) {
    const auto got = actual[part].get_object().value();
    const auto wanted = expected[part].get_object().value();
    CHECK(got.size() == wanted.size());
    for (const auto& [name, value] : wanted) {
        CAPTURE(part);
        CAPTURE(std::string(name));
        auto same = got[name];
        REQUIRE(same.error() == simdjson::SUCCESS);
        CHECK(to_json(same.value()) == to_json(value));
    }
}

void check_pair(const Pair& pair) {
    const fs::path file = root() / "expected" / (pair.name() + ".json");
    const std::string actual = outcome(pair);
    if (std::getenv("LLMR_WRITE_GOLDEN") != nullptr) std::ofstream(file) << actual << '\n';
    JsonParser got;
    JsonParser wanted;
    const auto actual_root = got.parse(actual).value();
    const auto expected_root = wanted.parse(read_file(file)).value();
    for (const char* part : {"requests", "bodies", "streams"})
        check_part(actual_root, expected_root, part);
}

}  // namespace

TEST_CASE("each dialect's client gets its own form of each dialect's answers, and asks in it") {
    for (const Dialect client : kClientDialects) {
        for (const Dialect upstream : kAllDialects) {
            const Pair pair{client, upstream};
            CAPTURE(pair.name());
            check_pair(pair);
        }
    }
}
