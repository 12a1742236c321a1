#include <algorithm>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/answer_writer.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

// What the lines of a stream and a whole body have in common.
class OllamaShape {
public:
    explicit OllamaShape(const ExchangeSpec& spec)
        : model_(spec.model),
          created_at_(iso8601(spec.created_ms)),
          generate_(spec.operation == Operation::generate) {}

    // The object up to `done`, which the caller writes. `calls` is a JSON array or empty.
    void begin(JsonWriter& json, std::string_view text, std::string_view thinking,
               std::string_view calls = {}) const {
        json.begin_object().field("model", model_).field("created_at", created_at_);
        if (!generate_) json.key("message").begin_object().field("role", "assistant");
        json.field(generate_ ? "response" : "content", text);
        if (!thinking.empty()) json.field("thinking", thinking);
        if (!calls.empty()) json.raw_field("tool_calls", calls);
        if (!generate_) json.end_object();
    }

    // Durations are never 0: clients divide by them.
    static void end(JsonWriter& json, const AnswerSummary& summary, const AnswerTiming& timing) {
        const std::int64_t total = timing.total_us * 1000;
        const std::int64_t first = std::min(timing.first_byte_us * 1000, total);
        const auto positive = [](std::int64_t ns) { return std::max<std::int64_t>(ns, 1); };
        const bool reported = summary.usage.source != UsageSource::none;
        json.field("done", true);
        json.field("done_reason", summary.finish_reason == "length" ? "length" : "stop");
        json.field("total_duration", positive(total));
        json.field("load_duration", positive(summary.load_us * 1000));
        json.field("prompt_eval_count", summary.usage.input_total());
        json.field("prompt_eval_duration", positive(first));
        json.field("eval_count",
                   reported ? summary.usage.output_total() : summary.estimated_output_tokens);
        json.field("eval_duration", positive(total - first)).end_object();
    }

private:
    std::string model_;
    std::string created_at_;
    bool generate_;
};

// The calls as a JSON array with parsed arguments; an error if they are no JSON objects.
Result<std::string> tool_calls_json(std::vector<AssembledCall> calls) {
    std::string text;
    JsonWriter json(text);
    json.begin_array();
    int index = 0;
    for (const AssembledCall& call : calls) {
        const auto arguments = arguments_object(std::string_view(call.arguments));
        if (!arguments) return bad_answer("the arguments of a tool call are not a JSON object");
        json.begin_object();
        if (!call.id.empty()) json.field("id", call.id);
        json.key("function").begin_object().field("index", index++).field("name", call.name);
        json.raw_field("arguments", *arguments).end_object().end_object();
    }
    json.end_array();
    return text;
}

void append_logprobs(std::string& entries, simdjson::dom::element array) {
    simdjson::dom::array items;
    if (array.get(items) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element entry : items) {
        if (!entries.empty()) entries.push_back(',');
        entries.append(to_json(entry));
    }
}

void write_logprobs(JsonWriter& json, const std::string& entries) {
    if (!entries.empty()) json.key("logprobs").begin_array().raw(entries).end_array();
}

class OllamaStreamWriter final : public AnswerWriter {
public:
    explicit OllamaStreamWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::ollama), shape_(spec) {}

    std::optional<Error> write(const Event& event, std::string& out) override {
        switch (event.kind) {
            case Event::Kind::text:
                line(out, event.text, {});
                break;
            case Event::Kind::reasoning:
                line(out, {}, event.text);
                break;
            case Event::Kind::tool_call:
                calls_.add(event.tool);
                break;
            case Event::Kind::logprobs:
                append_logprobs(logprobs_, event.logprobs);
                break;
            case Event::Kind::finish:
            case Event::Kind::terminal:
                return write_calls(out);
            default:
                break;
        }
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming& timing) override {
        std::string out;
        JsonWriter json(out);
        shape_.begin(json, {}, {});
        write_logprobs(json, logprobs_);
        OllamaShape::end(json, summary, timing);
        out.push_back('\n');
        return out;
    }

private:
    void line(std::string& out, std::string_view text, std::string_view thinking,
              std::string_view calls = {}) {
        JsonWriter json(out);
        shape_.begin(json, text, thinking, calls);
        write_logprobs(json, std::exchange(logprobs_, {}));
        json.field("done", false).end_object();
        out.push_back('\n');
    }

    // Ollama clients want a call whole, so calls wait for the end of the pieces.
    std::optional<Error> write_calls(std::string& out) {
        if (calls_.empty()) return std::nullopt;
        const auto calls = tool_calls_json(calls_.take());
        if (!calls) return calls.error();
        line(out, {}, {}, *calls);
        return std::nullopt;
    }

    OllamaShape shape_;
    ToolCallAssembler calls_;
    std::string logprobs_;
};

class OllamaBodyWriter final : public AnswerWriter {
public:
    explicit OllamaBodyWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::ollama), shape_(spec) {}

    std::optional<Error> write(const Event& event, std::string&) override {
        switch (event.kind) {
            case Event::Kind::text:
                text_.append(event.text);
                break;
            case Event::Kind::reasoning:
                thinking_.append(event.text);
                break;
            case Event::Kind::tool_call:
                pending_.add(event.tool);
                break;
            case Event::Kind::logprobs:
                append_logprobs(logprobs_, event.logprobs);
                break;
            case Event::Kind::terminal:
                return close_calls();
            default:
                break;
        }
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming& timing) override {
        std::string out;
        JsonWriter json(out);
        shape_.begin(json, text_, thinking_, calls_json_);
        write_logprobs(json, logprobs_);
        OllamaShape::end(json, summary, timing);
        return out;
    }

private:
    std::optional<Error> close_calls() {
        if (pending_.empty()) return std::nullopt;
        auto calls = tool_calls_json(pending_.take());
        if (!calls) return calls.error();
        calls_json_ = std::move(*calls);
        return std::nullopt;
    }

    OllamaShape shape_;
    ToolCallAssembler pending_;
    std::string text_;
    std::string thinking_;
    std::string calls_json_;
    std::string logprobs_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_ollama_stream_writer(const ExchangeSpec& spec) {
    return std::make_unique<OllamaStreamWriter>(spec);
}

std::unique_ptr<AnswerWriter> make_ollama_body_writer(const ExchangeSpec& spec) {
    return std::make_unique<OllamaBodyWriter>(spec);
}

}  // namespace llmr::providers
