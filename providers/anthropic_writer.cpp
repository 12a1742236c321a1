#include <utility>

#include "core/json.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/anthropic_shapes.hpp"
#include "providers/block_writer.hpp"
#include "providers/sse.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

class AnthropicStreamWriter final : public BlockStreamWriter {
public:
    explicit AnthropicStreamWriter(const ExchangeSpec& spec)
        : BlockStreamWriter(Dialect::anthropic, spec.hide_reasoning), spec_(spec) {}

private:
    // One event; `write` fills the object behind its type.
    template <class Write>
    void event(std::string& out, std::string_view type, Write&& write) {
        std::string json;
        JsonWriter writer(json);
        writer.begin_object().field("type", type);
        write(writer);
        writer.end_object();
        write_sse(out, json, type);
    }

    void start(std::string& out) override {
        event(out, "message_start", [&](JsonWriter& json) {
            json.key("message").begin_object().field("id", spec_.answer_id);
            json.field("type", "message").field("role", "assistant").field("model", spec_.model);
            json.key("content").begin_array().end_array();
            json.key("stop_reason").null().key("stop_sequence").null();
            json.key("usage").begin_object().field("input_tokens", spec_.input_tokens);
            json.field("output_tokens", 1).end_object().end_object();
        });
    }

    template <class Write>
    void open_block(std::string& out, Write&& write) {
        event(out, "content_block_start", [&](JsonWriter& json) {
            json.field("index", ++index_).key("content_block").begin_object();
            write(json);
            json.end_object();
        });
    }

    void open_text(std::string& out) override {
        open_block(out, [](JsonWriter& json) { json.field("type", "text").field("text", ""); });
    }

    void open_reasoning(std::string& out) override {
        open_block(out, [](JsonWriter& json) {
            json.field("type", "thinking").field("thinking", "").field("signature", "");
        });
    }

    void open_call(std::string_view id, std::string_view name, int number,
                   std::string& out) override {
        has_calls_ = true;
        open_block(out, [&](JsonWriter& json) {
            json.field("type", "tool_use").field("id", anthropic_call_id(spec_, id, number));
            json.field("name", name).key("input").begin_object().end_object();
        });
    }

    void fill(Block block, std::string_view piece, std::string& out) override {
        event(out, "content_block_delta", [&](JsonWriter& json) {
            json.field("index", index_).key("delta").begin_object();
            if (block == Block::text) json.field("type", "text_delta").field("text", piece);
            if (block == Block::reasoning)
                json.field("type", "thinking_delta").field("thinking", piece);
            if (block == Block::tool)
                json.field("type", "input_json_delta").field("partial_json", piece);
            json.end_object();
        });
    }

    void close(Block, std::string& out) override {
        event(out, "content_block_stop", [&](JsonWriter& json) { json.field("index", index_); });
    }

    void finish(const AnswerSummary& summary, std::string& out) override {
        event(out, "message_delta", [&](JsonWriter& json) {
            json.key("delta").begin_object();
            json.field("stop_reason", anthropic_stop_reason(summary, has_calls_));
            json.key("stop_sequence").null().end_object();
            write_anthropic_usage(json, spec_, summary);
        });
        event(out, "message_stop", [](JsonWriter&) {});
    }

    ExchangeSpec spec_;
    int index_ = -1;
    bool has_calls_ = false;
};

class AnthropicBodyWriter final : public AnswerWriter {
public:
    explicit AnthropicBodyWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::anthropic), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string&) override {
        if (event.kind == Event::Kind::text) text_.append(event.text);
        if (event.kind == Event::Kind::reasoning && !spec_.hide_reasoning)
            thinking_.append(event.text);
        if (event.kind == Event::Kind::tool_call) pending_.add(event.tool);
        if (event.kind == Event::Kind::terminal) return close_calls();
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override {
        std::string out;
        JsonWriter json(out);
        json.begin_object().field("id", spec_.answer_id).field("type", "message");
        json.field("role", "assistant").field("model", spec_.model);
        json.key("content").begin_array();
        if (!thinking_.empty()) {
            json.begin_object().field("type", "thinking").field("thinking", thinking_);
            json.field("signature", "").end_object();
        }
        if (!text_.empty())
            json.begin_object().field("type", "text").field("text", text_).end_object();
        if (!calls_.empty()) json.raw(calls_);
        json.end_array();
        json.field("stop_reason", anthropic_stop_reason(summary, !calls_.empty()));
        json.key("stop_sequence").null();
        write_anthropic_usage(json, spec_, summary);
        json.end_object();
        return out;
    }

private:
    std::optional<Error> close_calls() {
        int number = 0;
        for (const AssembledCall& call : pending_.take()) {
            const auto input = arguments_object(std::string_view(call.arguments));
            if (!input) return bad_answer("the arguments of a tool call are not a JSON object");
            if (!calls_.empty()) calls_.push_back(',');
            JsonWriter json(calls_);
            json.begin_object().field("type", "tool_use");
            json.field("id", anthropic_call_id(spec_, call.id, number++)).field("name", call.name);
            json.raw_field("input", *input).end_object();
        }
        return std::nullopt;
    }

    ExchangeSpec spec_;
    std::string text_;
    std::string thinking_;
    std::string calls_;  ///< blocks, separated by commas
    ToolCallAssembler pending_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_anthropic_stream_writer(const ExchangeSpec& spec) {
    return std::make_unique<AnthropicStreamWriter>(spec);
}

std::unique_ptr<AnswerWriter> make_anthropic_body_writer(const ExchangeSpec& spec) {
    return std::make_unique<AnthropicBodyWriter>(spec);
}

}  // namespace llmr::providers
