#include <array>
#include <map>

#include "core/json.hpp"
#include "providers/event.hpp"
#include "providers/upstream_error.hpp"
#include "providers/usage.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

struct StopReason {
    std::string_view reason;
    std::string_view openai;
};
constexpr std::array kStopReasons{
    StopReason{"end_turn", "stop"},          StopReason{"stop_sequence", "stop"},
    StopReason{"pause_turn", "stop"},        StopReason{"max_tokens", "length"},
    StopReason{"tool_use", "tool_calls"},    StopReason{"model_context_window_exceeded", "length"},
    StopReason{"refusal", "content_filter"},
};

std::string_view finish_word(std::string_view reason) {
    for (const StopReason& row : kStopReasons) {
        if (row.reason == reason) return row.openai;
    }
    return "stop";
}

class AnthropicReader final : public EventReader {
public:
    bool read_chunk(element root, EventBatch& batch) override {
        if (auto error = in_band_error(root)) {
            batch.error = std::move(error);
            return true;
        }
        const std::string_view type = get_string(root, "type").value_or("");
        if (type == "message_start") return read_start(root, batch);
        if (type == "content_block_start") return read_block_start(root, batch);
        if (type == "content_block_delta") return read_delta(root, batch);
        if (type == "message_delta") return read_end(root, batch);
        if (type == "message_stop") batch.add(Event::Kind::terminal);
        // Others (ping, content_block_stop, what is new) say nothing that other dialects have.
        return !type.empty();
    }

    bool read_answer(element root, EventBatch& batch) override {
        if (auto error = in_band_error(root)) {
            batch.error = std::move(error);
            return true;
        }
        const auto content = get_value(root, "content");
        simdjson::dom::array blocks;
        if (!content || content->get(blocks) != simdjson::SUCCESS) return false;
        if (const auto model = get_string(root, "model")) batch.add(Event::Kind::start, *model);
        for (const element block : blocks)
            read_whole_block(block, batch);
        read_stop_reason(root, batch);
        note_usage(root, batch);
        return true;
    }

private:
    bool read_start(element root, EventBatch& batch) {
        const auto message = get_value(root, "message");
        if (!message) return false;
        if (const auto model = get_string(*message, "model")) batch.add(Event::Kind::start, *model);
        note_usage(*message, batch);
        return true;
    }

    bool read_block_start(element root, EventBatch& batch) {
        const auto block = get_value(root, "content_block");
        if (!block) return false;
        const std::string_view type = get_string(*block, "type").value_or("");
        if (type == "text") add_text(batch, Event::Kind::text, get_string(*block, "text"));
        if (type != "tool_use") return true;
        const auto place = get_int(root, "index").value_or(0);
        const auto call = calls_.try_emplace(place, static_cast<int>(calls_.size())).first->second;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = call;
        part.id = get_string(*block, "id").value_or("");
        part.name = get_string(*block, "name").value_or("");
        return true;
    }

    bool read_delta(element root, EventBatch& batch) {
        const auto delta = get_value(root, "delta");
        if (!delta) return false;
        const std::string_view type = get_string(*delta, "type").value_or("");
        if (type == "text_delta") add_text(batch, Event::Kind::text, get_string(*delta, "text"));
        if (type == "thinking_delta")
            add_text(batch, Event::Kind::reasoning, get_string(*delta, "thinking"));
        if (type != "input_json_delta") return true;
        const auto call = calls_.find(get_int(root, "index").value_or(0));
        const auto piece = get_string(*delta, "partial_json");
        if (call == calls_.end() || !piece || piece->empty()) return true;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = call->second;
        part.arguments = *piece;
        return true;
    }

    bool read_end(element root, EventBatch& batch) {
        if (const auto delta = get_value(root, "delta")) read_stop_reason(*delta, batch);
        note_usage(root, batch);
        return true;
    }

    static void add_text(EventBatch& batch, Event::Kind kind,
                         std::optional<std::string_view> text) {
        if (text && !text->empty()) batch.add(kind, *text);
    }

    static void read_stop_reason(element holder, EventBatch& batch) {
        const auto reason = get_string(holder, "stop_reason");
        if (reason) batch.add(Event::Kind::finish, finish_word(*reason));
    }

    void read_whole_block(element block, EventBatch& batch) {
        const std::string_view type = get_string(block, "type").value_or("");
        if (type == "text") add_text(batch, Event::Kind::text, get_string(block, "text"));
        if (type == "thinking")
            add_text(batch, Event::Kind::reasoning, get_string(block, "thinking"));
        if (type != "tool_use") return;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = static_cast<int>(calls_.size());
        calls_.emplace(part.index, part.index);
        part.id = get_string(block, "id").value_or("");
        part.name = get_string(block, "name").value_or("");
        part.arguments_object = get_value(block, "input");
        part.whole = true;
    }

    // message_start states the input, message_delta the output and maybe the input again.
    void note_usage(element holder, EventBatch& batch) {
        const auto usage = get_value(holder, "usage");
        if (!usage) return;
        merge_counts(counts_, read_counts(UsageShape::anthropic, *usage));
        batch.add(Event::Kind::usage).usage = to_usage(UsageShape::anthropic, counts_);
    }

    TokenCounts counts_;
    std::map<std::int64_t, int> calls_;  ///< number of the call by the number of its block
};

}  // namespace

std::unique_ptr<EventReader> make_anthropic_reader() {
    return std::make_unique<AnthropicReader>();
}

}  // namespace llmr::providers
