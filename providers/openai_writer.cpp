#include <utility>

#include "core/json.hpp"
#include "providers/answer_writer.hpp"
#include "providers/openai_shapes.hpp"
#include "providers/sse.hpp"

namespace llmr::providers {
namespace {

class OpenAiStreamWriter final : public AnswerWriter {
public:
    explicit OpenAiStreamWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::openai_chat), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string& out) override;
    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override;

private:
    // One chunk; `write_delta` fills the delta object.
    template <class WriteDelta>
    void chunk(std::string& out, WriteDelta&& write_delta, std::string_view finish_reason = {});
    void write_tool_call(JsonWriter& json, const ToolCallPart& part);

    ExchangeSpec spec_;
    std::string json_;
    std::string logprobs_;  // entries that wait for their text
    bool role_sent_ = false;
    int calls_ = 0;
};

template <class WriteDelta>
void OpenAiStreamWriter::chunk(std::string& out, WriteDelta&& write_delta,
                               std::string_view finish_reason) {
    json_.clear();
    JsonWriter json(json_);
    json.begin_object();
    write_openai_head(json, spec_, "chat.completion.chunk");
    json.key("choices").begin_array().begin_object().field("index", 0);
    json.key("delta").begin_object();
    if (!std::exchange(role_sent_, true)) json.field("role", "assistant");
    write_delta(json);
    json.end_object();
    if (!logprobs_.empty()) write_openai_logprobs(json, std::exchange(logprobs_, {}));
    json.key("finish_reason");
    if (finish_reason.empty())
        json.null();
    else
        json.value(finish_reason);
    json.end_object().end_array().end_object();
    write_sse(out, json_);
}

void OpenAiStreamWriter::write_tool_call(JsonWriter& json, const ToolCallPart& part) {
    // Identity goes into the first piece only: clients concatenate what they get.
    const bool first = part.whole || !part.id.empty() || !part.name.empty();
    const int index = part.whole ? calls_ : part.index;
    json.key("tool_calls").begin_array().begin_object().field("index", index);
    if (first) {
        json.field("id", part.id.empty() ? invented_call_id(spec_, index) : std::string(part.id));
        json.field("type", "function");
        ++calls_;
    }
    json.key("function").begin_object();
    if (first) json.field("name", part.name);
    json.key("arguments");
    if (part.arguments_object)
        json.value(to_json(*part.arguments_object));
    else
        json.value(part.arguments.empty() && part.whole ? std::string_view("{}") : part.arguments);
    json.end_object();
    write_thought_signature(json, part.thought_signature);
    json.end_object().end_array();
}

std::optional<Error> OpenAiStreamWriter::write(const Event& event, std::string& out) {
    switch (event.kind) {
        case Event::Kind::text:
            chunk(out, [&](JsonWriter& json) { json.field("content", event.text); });
            break;
        case Event::Kind::reasoning:
            chunk(out, [&](JsonWriter& json) { json.field("reasoning_content", event.text); });
            break;
        case Event::Kind::tool_call:
            chunk(out, [&, first = !role_sent_](JsonWriter& json) {
                if (first) json.key("content").null();
                write_tool_call(json, event.tool);
            });
            break;
        case Event::Kind::logprobs:
            append_openai_logprobs(logprobs_, event.logprobs);
            break;
        default:
            break;  // start is known, the rest belongs to the tail
    }
    return std::nullopt;
}

std::string OpenAiStreamWriter::tail(const AnswerSummary& summary, const AnswerTiming&) {
    std::string out;
    if (!role_sent_) chunk(out, [](JsonWriter& json) { json.field("content", ""); });
    chunk(out, [](JsonWriter&) {}, openai_finish(summary));
    if (spec_.include_usage) {
        json_.clear();
        JsonWriter json(json_);
        json.begin_object();
        write_openai_head(json, spec_, "chat.completion.chunk");
        json.key("choices").begin_array().end_array();
        write_openai_usage(json, summary);
        json.end_object();
        write_sse(out, json_);
    }
    write_sse(out, "[DONE]");
    return out;
}

class OpenAiBodyWriter final : public AnswerWriter {
public:
    explicit OpenAiBodyWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::openai_chat), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string&) override {
        switch (event.kind) {
            case Event::Kind::text:
                text_.append(event.text);
                break;
            case Event::Kind::reasoning:
                reasoning_.append(event.text);
                break;
            case Event::Kind::tool_call:
                calls_.add(event.tool);
                break;
            case Event::Kind::logprobs:
                append_openai_logprobs(logprobs_, event.logprobs);
                break;
            default:
                break;
        }
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override {
        std::string out;
        JsonWriter json(out);
        json.begin_object();
        write_openai_head(json, spec_, "chat.completion");
        json.key("choices").begin_array().begin_object().field("index", 0);
        write_message(json);
        if (!logprobs_.empty()) write_openai_logprobs(json, logprobs_);
        json.field("finish_reason", openai_finish(summary)).end_object().end_array();
        write_openai_usage(json, summary);
        json.end_object();
        return out;
    }

private:
    void write_message(JsonWriter& json) {
        json.key("message").begin_object().field("role", "assistant").key("content");
        if (text_.empty() && !calls_.empty())
            json.null();
        else
            json.value(text_);
        if (!reasoning_.empty()) json.field("reasoning_content", reasoning_);
        if (!calls_.empty()) write_tool_calls(json);
        json.end_object();
    }

    void write_tool_calls(JsonWriter& json) {
        int index = 0;
        json.key("tool_calls").begin_array();
        for (const AssembledCall& call : calls_.take()) {
            json.begin_object();
            json.field("id", call.id.empty() ? invented_call_id(spec_, index) : call.id);
            json.field("type", "function").key("function").begin_object().field("name", call.name);
            json.field("arguments", call.arguments.empty() ? "{}" : call.arguments);
            json.end_object();
            write_thought_signature(json, call.thought_signature);
            json.end_object();
            ++index;
        }
        json.end_array();
    }

    ExchangeSpec spec_;
    std::string text_;
    std::string reasoning_;
    std::string logprobs_;
    ToolCallAssembler calls_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_openai_stream_writer(const ExchangeSpec& spec) {
    return std::make_unique<OpenAiStreamWriter>(spec);
}

std::unique_ptr<AnswerWriter> make_openai_body_writer(const ExchangeSpec& spec) {
    return std::make_unique<OpenAiBodyWriter>(spec);
}

}  // namespace llmr::providers
