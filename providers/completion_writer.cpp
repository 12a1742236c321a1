#include <utility>

#include "core/json.hpp"
#include "providers/answer_writer.hpp"
#include "providers/openai_shapes.hpp"
#include "providers/sse.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kObject = "text_completion";

void write_choice(JsonWriter& json, std::string_view text, std::string_view finish_reason) {
    json.key("choices").begin_array().begin_object().field("text", text).field("index", 0);
    json.key("logprobs").null().key("finish_reason");
    if (finish_reason.empty())
        json.null();
    else
        json.value(finish_reason);
    json.end_object().end_array();
}

class CompletionStreamWriter final : public AnswerWriter {
public:
    explicit CompletionStreamWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::openai_chat), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string& out) override {
        if (event.kind == Event::Kind::text) chunk(out, event.text, {});
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override {
        std::string out;
        chunk(out, {}, openai_finish(summary));
        if (spec_.include_usage) {
            std::string text;
            JsonWriter json(text);
            json.begin_object();
            write_openai_head(json, spec_, kObject);
            json.key("choices").begin_array().end_array();
            write_openai_usage(json, summary);
            json.end_object();
            write_sse(out, text);
        }
        write_sse(out, "[DONE]");
        return out;
    }

private:
    void chunk(std::string& out, std::string_view text, std::string_view finish_reason) {
        json_.clear();
        JsonWriter json(json_);
        json.begin_object();
        write_openai_head(json, spec_, kObject);
        write_choice(json, text, finish_reason);
        json.end_object();
        write_sse(out, json_);
    }

    ExchangeSpec spec_;
    std::string json_;
};

class CompletionBodyWriter final : public AnswerWriter {
public:
    explicit CompletionBodyWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::openai_chat), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string&) override {
        if (event.kind == Event::Kind::text) text_.append(event.text);
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override {
        std::string out;
        JsonWriter json(out);
        json.begin_object();
        write_openai_head(json, spec_, kObject);
        write_choice(json, text_, openai_finish(summary));
        write_openai_usage(json, summary);
        json.end_object();
        return out;
    }

private:
    ExchangeSpec spec_;
    std::string text_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_completion_stream_writer(const ExchangeSpec& spec) {
    return std::make_unique<CompletionStreamWriter>(spec);
}

std::unique_ptr<AnswerWriter> make_completion_body_writer(const ExchangeSpec& spec) {
    return std::make_unique<CompletionBodyWriter>(spec);
}

}  // namespace llmr::providers
