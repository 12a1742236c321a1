#include <utility>

#include "core/json.hpp"
#include "providers/block_writer.hpp"
#include "providers/openai_shapes.hpp"
#include "providers/responses_shapes.hpp"
#include "providers/sse.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kRunning = "in_progress";
constexpr std::string_view kDone = "completed";

class ResponsesStreamWriter final : public BlockStreamWriter {
public:
    explicit ResponsesStreamWriter(const ExchangeSpec& spec)
        : BlockStreamWriter(Dialect::openai_responses, spec.hide_reasoning), spec_(spec) {}

    std::string error_frame(const Error& error) override {
        std::string out;
        event(out, "error", [&](JsonWriter& json) { write_error(json, error); });
        event(out, "response.failed", [&](JsonWriter& json) {
            std::string response;
            JsonWriter writer(response);
            write_response(writer, spec_, "failed", output_, nullptr);
            std::string said;
            JsonWriter(said)
                .begin_object()
                .field("code", code_string(error.code))
                .field("message", error.message)
                .end_object();
            json.raw_field("response", replace_member(response, "error", said).value_or(response));
        });
        return out;
    }

private:
    // One event; `write` fills the object behind its type.
    template <class Write>
    void event(std::string& out, std::string_view type, Write&& write) {
        std::string json;
        JsonWriter writer(json);
        writer.begin_object().field("type", type).field("sequence_number", sequence_++);
        write(writer);
        writer.end_object();
        write_sse(out, json, type);
    }

    static void write_error(JsonWriter& json, const Error& error) {
        json.field("code", code_string(error.code)).field("message", error.message).key("param");
        if (error.param.empty())
            json.null();
        else
            json.value(error.param);
    }

    void response_event(std::string& out, std::string_view type, std::string_view status,
                        const AnswerSummary* summary) {
        event(out, type, [&](JsonWriter& json) {
            json.key("response");
            write_response(json, spec_, status, output_, summary);
        });
    }

    void start(std::string& out) override {
        response_event(out, "response.created", kRunning, nullptr);
        response_event(out, "response.in_progress", kRunning, nullptr);
    }

    // The item that is open, as it stands in events and, once done, in the output.
    std::string item(Block block, bool done) const {
        std::string json;
        JsonWriter out(json);
        const std::string_view status = done ? kDone : kRunning;
        if (block == Block::text)
            write_message_item(out, id_, status, done ? &text_ : nullptr, logprobs_);
        else if (block == Block::reasoning)
            write_reasoning_item(out, id_, done ? &text_ : nullptr);
        else
            write_call_item(out, id_, status, call_id_, name_, text_);
        return json;
    }

    void add_item(Block block, std::string_view prefix, std::string& out) {
        id_ = item_id(spec_, prefix, ++index_);
        text_.clear();
        logprobs_.clear();
        event(out, "response.output_item.added", [&](JsonWriter& json) {
            json.field("output_index", index_).raw_field("item", item(block, false));
        });
    }

    // The members that place an event of the open item.
    void place(JsonWriter& json, std::string_view part_index = {}) const {
        json.field("item_id", id_).field("output_index", index_);
        if (!part_index.empty()) json.field(part_index, 0);
    }

    void open_text(std::string& out) override {
        add_item(Block::text, "msg", out);
        event(out, "response.content_part.added", [&](JsonWriter& json) {
            place(json, "content_index");
            json.key("part");
            write_output_text(json, {}, {});
        });
    }

    void open_reasoning(std::string& out) override {
        add_item(Block::reasoning, "rs", out);
        event(out, "response.reasoning_summary_part.added", [&](JsonWriter& json) {
            place(json, "summary_index");
            json.key("part").begin_object().field("type", "summary_text").field("text", "");
            json.end_object();
        });
    }

    void open_call(std::string_view id, std::string_view name, int number,
                   std::string& out) override {
        call_id_ = responses_call_id(spec_, id, number);
        name_ = name;
        add_item(Block::tool, "fc", out);
    }

    void add_logprobs(simdjson::dom::element entries) override {
        append_openai_logprobs(waiting_logprobs_, entries);
    }

    void fill(Block block, std::string_view piece, std::string& out) override {
        text_.append(piece);
        if (block == Block::tool) {
            return event(out, "response.function_call_arguments.delta", [&](JsonWriter& json) {
                place(json);
                json.field("delta", piece);
            });
        }
        if (block == Block::reasoning) {
            return event(out, "response.reasoning_summary_text.delta", [&](JsonWriter& json) {
                place(json, "summary_index");
                json.field("delta", piece);
            });
        }
        const std::string entries = std::exchange(waiting_logprobs_, {});
        if (!logprobs_.empty() && !entries.empty()) logprobs_.push_back(',');
        logprobs_.append(entries);
        event(out, "response.output_text.delta", [&](JsonWriter& json) {
            place(json, "content_index");
            json.field("delta", piece).key("logprobs").begin_array();
            if (!entries.empty()) json.raw(entries);
            json.end_array();
        });
    }

    void close(Block block, std::string& out) override {
        if (block == Block::text) close_text(out);
        if (block == Block::reasoning) close_reasoning(out);
        if (block == Block::tool) close_call(out);
        const std::string done = item(block, true);
        event(out, "response.output_item.done", [&](JsonWriter& json) {
            json.field("output_index", index_).raw_field("item", done);
        });
        if (!output_.empty()) output_.push_back(',');
        output_.append(done);
    }

    void close_text(std::string& out) {
        event(out, "response.output_text.done", [&](JsonWriter& json) {
            place(json, "content_index");
            json.field("text", text_).key("logprobs").begin_array();
            if (!logprobs_.empty()) json.raw(logprobs_);
            json.end_array();
        });
        event(out, "response.content_part.done", [&](JsonWriter& json) {
            place(json, "content_index");
            json.key("part");
            write_output_text(json, text_, logprobs_);
        });
    }

    void close_reasoning(std::string& out) {
        event(out, "response.reasoning_summary_text.done", [&](JsonWriter& json) {
            place(json, "summary_index");
            json.field("text", text_);
        });
        event(out, "response.reasoning_summary_part.done", [&](JsonWriter& json) {
            place(json, "summary_index");
            json.key("part").begin_object().field("type", "summary_text").field("text", text_);
            json.end_object();
        });
    }

    void close_call(std::string& out) {
        if (text_.empty()) text_ = "{}";
        event(out, "response.function_call_arguments.done", [&](JsonWriter& json) {
            place(json);
            json.field("name", name_).field("arguments", text_);
        });
    }

    void finish(const AnswerSummary& summary, std::string& out) override {
        const std::string_view status = response_status(summary);
        response_event(out, status == kDone ? "response.completed" : "response.incomplete", status,
                       &summary);
    }

    ExchangeSpec spec_;
    std::int64_t sequence_ = 0;
    int index_ = -1;        ///< of the open item in the output
    std::string id_;        ///< of the open item
    std::string text_;      ///< of the open item: its text or its arguments
    std::string logprobs_;  ///< of the open item
    std::string call_id_;
    std::string name_;
    std::string waiting_logprobs_;  ///< of text that is about to come
    std::string output_;            ///< finished items, separated by commas
};

}  // namespace

std::unique_ptr<AnswerWriter> make_responses_stream_writer(const ExchangeSpec& spec) {
    return std::make_unique<ResponsesStreamWriter>(spec);
}

}  // namespace llmr::providers
