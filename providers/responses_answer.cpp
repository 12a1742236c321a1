#include <map>

#include "core/json.hpp"
#include "providers/event.hpp"
#include "providers/upstream_error.hpp"
#include "providers/usage.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

void add_text(EventBatch& batch, Event::Kind kind, std::optional<std::string_view> text) {
    if (text && !text->empty()) batch.add(kind, *text);
}

template <class Visit>
void for_each_item(element holder, std::string_view key, Visit&& visit) {
    const auto list = get_value(holder, key);
    simdjson::dom::array items;
    if (!list || list->get(items) != simdjson::SUCCESS) return;
    for (const element item : items)
        visit(item);
}

class ResponsesReader final : public EventReader {
public:
    bool read_chunk(element root, EventBatch& batch) override {
        const std::string_view type = get_string(root, "type").value_or("");
        if (type == "error") {
            batch.error = flat_error(root);
            return true;
        }
        if (auto error = in_band_error(root)) {
            batch.error = std::move(error);
            return true;
        }
        if (type == "response.output_text.delta" || type == "response.refusal.delta") {
            read_logprobs(root, batch);
            add_text(batch, Event::Kind::text, get_string(root, "delta"));
        } else if (type == "response.reasoning_summary_text.delta" ||
                   type == "response.reasoning_text.delta") {
            add_text(batch, Event::Kind::reasoning, get_string(root, "delta"));
        } else if (type == "response.output_item.added") {
            read_item_start(root, batch);
        } else if (type == "response.function_call_arguments.delta") {
            read_arguments(root, batch);
        } else if (type == "response.created") {
            const auto response = get_value(root, "response");
            const auto model = response ? get_string(*response, "model") : std::nullopt;
            if (model) batch.add(Event::Kind::start, *model);
        } else if (type == "response.completed" || type == "response.incomplete" ||
                   type == "response.failed") {
            return read_end(root, batch);
        }
        return !type.empty();
    }

    bool read_answer(element root, EventBatch& batch) override {
        if (auto error = in_band_error(root)) {
            batch.error = std::move(error);
            return true;
        }
        if (!get_value(root, "output")) return false;
        if (const auto model = get_string(root, "model")) batch.add(Event::Kind::start, *model);
        for_each_item(root, "output", [&](element item) { read_whole_item(item, batch); });
        read_status(root, batch);
        return true;
    }

private:
    static Error flat_error(element root) {
        Error error(Errc::upstream_error, std::string(get_string(root, "message").value_or("")));
        if (error.message.empty()) error.message = "the upstream broke off its answer";
        return error;
    }

    static void read_logprobs(element holder, EventBatch& batch) {
        const auto logprobs = get_value(holder, "logprobs");
        simdjson::dom::array entries;
        if (!logprobs || logprobs->get(entries) != simdjson::SUCCESS || entries.size() == 0) return;
        batch.add(Event::Kind::logprobs).logprobs = *logprobs;
    }

    void read_item_start(element root, EventBatch& batch) {
        const auto item = get_value(root, "item");
        if (!item || get_string(*item, "type") != "function_call") return;
        const auto place = get_int(root, "output_index").value_or(0);
        const int call = calls_.try_emplace(place, static_cast<int>(calls_.size())).first->second;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = call;
        part.id = get_string(*item, "call_id").value_or("");
        part.name = get_string(*item, "name").value_or("");
    }

    void read_arguments(element root, EventBatch& batch) {
        const auto call = calls_.find(get_int(root, "output_index").value_or(0));
        const auto piece = get_string(root, "delta");
        if (call == calls_.end() || !piece || piece->empty()) return;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = call->second;
        part.arguments = *piece;
    }

    bool read_end(element root, EventBatch& batch) {
        const auto response = get_value(root, "response");
        if (!response) return false;
        if (auto error = in_band_error(*response)) {
            batch.error = std::move(error);
            return true;
        }
        read_status(*response, batch);
        batch.add(Event::Kind::terminal);
        return true;
    }

    void read_whole_item(element item, EventBatch& batch) {
        const std::string_view type = get_string(item, "type").value_or("");
        if (type == "reasoning") {
            for (const std::string_view key : {"summary", "content"}) {
                for_each_item(item, key, [&](element text) {
                    add_text(batch, Event::Kind::reasoning, get_string(text, "text"));
                });
            }
        } else if (type == "message") {
            for_each_item(item, "content", [&](element part) {
                read_logprobs(part, batch);
                add_text(batch, Event::Kind::text, get_string(part, "text"));
                add_text(batch, Event::Kind::text, get_string(part, "refusal"));
            });
        } else if (type == "function_call") {
            ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
            part.index = static_cast<int>(calls_.size());
            calls_.emplace(part.index, part.index);
            part.id = get_string(item, "call_id").value_or("");
            part.name = get_string(item, "name").value_or("");
            part.arguments = get_string(item, "arguments").value_or("");
            part.whole = true;
        }
    }

    void read_status(element response, EventBatch& batch) {
        std::string_view reason = calls_.empty() ? "stop" : "tool_calls";
        if (const auto details = get_value(response, "incomplete_details")) {
            const auto why = get_string(*details, "reason");
            reason = why == "content_filter" ? "content_filter" : "length";
        }
        batch.add(Event::Kind::finish, reason);
        if (const auto usage = get_value(response, "usage"))
            batch.add(Event::Kind::usage).usage = read_openai_usage(*usage);
    }

    std::map<std::int64_t, int> calls_;  ///< number of the call by the number of its item
};

}  // namespace

std::unique_ptr<EventReader> make_responses_reader() {
    return std::make_unique<ResponsesReader>();
}

}  // namespace llmr::providers
