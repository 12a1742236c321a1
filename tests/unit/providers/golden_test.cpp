#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

// tests/golden/providers/<case>/:
//   spec.json              who speaks what, and what the summary must say
//   client_request.json    what the client sends
//   upstream_request.json  what goes to the upstream (compared as JSON)
//   upstream_answer.txt    what the upstream answers, byte for byte
//   client_answer.txt      what the client gets as the answer comes
//   client_tail.txt        what is held back until the answer is complete
using namespace llmr;
using namespace llmr::providers;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Dialect dialect_of(std::string_view name) {
    for (const Dialect dialect : kAllDialects) {
        if (to_string(dialect) == name) return dialect;
    }
    return Dialect::openai_chat;
}

Operation operation_of(std::string_view name) {
    for (const auto operation :
         {Operation::generate, Operation::complete, Operation::embed, Operation::legacy_embed}) {
        if (to_string(operation) == name) return operation;
    }
    return Operation::chat;
}

struct Golden {
    std::filesystem::path folder;
    JsonParser parser;
    simdjson::dom::element spec;

    explicit Golden(const std::filesystem::path& path) : folder(path) {
        spec = parser.parse(text("spec.json")).value();
    }
    std::string text(const char* file) const { return read_file(folder / file); }
    bool has(const char* file) const { return std::filesystem::exists(folder / file); }
    std::string field(std::string_view key) const {
        return std::string(get_string(spec, key).value_or(""));
    }
};

struct Outcome {
    std::string out;
    std::string tail;
    AnswerSummary summary;
};

Outcome run(const ExchangeSpec& spec, std::string_view answer, std::size_t first,
            std::size_t step) {
    const auto exchange = make_exchange(spec);
    Outcome outcome;
    exchange->feed(answer.substr(0, first), outcome.out);
    for (std::size_t at = first; at < answer.size(); at += step)
        exchange->feed(answer.substr(at, step), outcome.out);
    exchange->set_timing(1000, 5000);
    exchange->end(outcome.out);
    outcome.tail = exchange->take_tail();
    outcome.summary = exchange->summary();
    CHECK(exchange->take_tail().empty());
    return outcome;
}

void check_request(const Golden& golden, ExchangeSpec& spec) {
    const std::string body = golden.text("client_request.json");
    JsonParser parser;
    const auto request = parse_request(spec.client, spec.operation, parser.parse(body).value());
    Target target;
    target.dialect = spec.upstream;
    target.num_ctx = get_int(golden.spec, "num_ctx");
    target.thinks = get_bool(golden.spec, "thinks");
    target.routed = get_bool(golden.spec, "routed").value_or(false);
    const auto foreign = get_int(golden.spec, "foreign_messages").value_or(0);
    target.foreign_messages = static_cast<std::size_t>(foreign);
    const std::string model = golden.field("model");
    target.model = model;
    const auto upstream =
        request ? build_request(*request, body, target) : Result<UpstreamRequest>(request.error());
    if (const std::string code = golden.field("refused"); !code.empty()) {
        CHECK(upstream.has_error());
        if (!upstream.has_error()) return;
        CHECK(code_string(upstream.error().code) == code);
        CHECK(upstream.error().param == golden.field("param"));
        CHECK_FALSE(upstream.error().message.empty());
        return;
    }
    CHECK(upstream.has_value());
    if (!upstream.has_value()) return;
    CHECK(upstream->path == golden.field("path"));
    std::string ignored;
    for (const std::string& name : upstream->ignored)
        ignored += (ignored.empty() ? "" : " ") + name;
    CHECK(ignored == golden.field("ignored"));
    JsonParser actual;
    JsonParser expected;
    CHECK(to_json(actual.parse(upstream->body).value()) ==
          to_json(expected.parse(golden.text("upstream_request.json")).value()));
    const Dialect dialect = spec.upstream;
    spec = exchange_spec(*request);
    spec.upstream = dialect;
    spec.one_tool_call = upstream->one_tool_call;
    spec.forced_tool = upstream->forced_tool;
}

void check_summary(const Golden& golden, const AnswerSummary& summary) {
    const std::string error = golden.field("error");
    CHECK((summary.error ? code_string(summary.error->code) : "") == error);
    CHECK(summary.complete == error.empty());
    CHECK(summary.error_sent == get_bool(golden.spec, "error_sent").value_or(false));
    CHECK(summary.finish_reason == golden.field("finish_reason"));
    CHECK(summary.served_model == golden.field("served_model"));
    const Usage& usage = summary.usage;
    CHECK(usage.input_total() == get_int(golden.spec, "input_tokens").value_or(0));
    CHECK(usage.output_total() == get_int(golden.spec, "output_tokens").value_or(0));
}

void check_outcome(const Golden& golden, const Outcome& outcome) {
    CHECK(outcome.out == golden.text("client_answer.txt"));
    CHECK(outcome.tail == golden.text("client_tail.txt"));
    check_summary(golden, outcome.summary);
}

void check_answer(const Golden& golden, ExchangeSpec spec) {
    spec.model = "answering-model:7b";
    spec.answer_id = "chatcmpl-01TEST";
    spec.created_ms = 1767225600000;
    const std::string answer = golden.text("upstream_answer.txt");
    check_outcome(golden, run(spec, answer, answer.size(), 1));
    check_outcome(golden, run(spec, answer, 0, 1));
    for (std::size_t at = 1; at < answer.size(); ++at) {
        const Outcome outcome = run(spec, answer, at, answer.size());
        if (outcome.out == golden.text("client_answer.txt") &&
            outcome.tail == golden.text("client_tail.txt"))
            continue;
        CAPTURE(at);
        check_outcome(golden, outcome);
        return;
    }
}

void check_case(const std::filesystem::path& folder) {
    const Golden golden(folder);
    ExchangeSpec spec;
    spec.client = dialect_of(golden.field("client"));
    spec.upstream = dialect_of(golden.field("upstream"));
    spec.operation = operation_of(golden.field("operation"));
    check_request(golden, spec);
    if (golden.has("upstream_answer.txt")) check_answer(golden, spec);
}

}  // namespace

TEST_CASE("golden exchanges come out the same at every split of the answer") {
    const std::filesystem::path root = std::filesystem::path(LLMR_GOLDEN_DIR) / "providers";
    std::set<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(root))
        folders.insert(entry.path());
    REQUIRE(folders.size() > 20);
    for (const std::filesystem::path& folder : folders) {
        CAPTURE(folder.filename().string());
        check_case(folder);
    }
}
