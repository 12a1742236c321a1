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

void read_tool_calls(element holder, EventBatch& batch) {
    const auto calls = get_value(holder, "tool_calls");
    simdjson::dom::array items;
    if (!calls || calls->get(items) != simdjson::SUCCESS) return;
    int position = 0;
    for (const element raw : items) {
        const auto function = get_value(raw, "function");
        if (!function) continue;
        ToolCallPart& part = batch.add(Event::Kind::tool_call).tool;
        part.index = position++;
        part.id = get_string(raw, "id").value_or("");
        part.name = get_string(*function, "name").value_or("");
        part.arguments_object = get_value(*function, "arguments");
        part.whole = true;
    }
}

std::string_view finish_word(std::string_view reason) {
    return reason == "length" ? "length" : "stop";  // also load and unload
}

void read_end(element root, EventBatch& batch) {
    batch.add(Event::Kind::finish, finish_word(get_string(root, "done_reason").value_or("stop")));
    Event& usage = batch.add(Event::Kind::usage);
    usage.usage = read_ollama_usage(root);
    usage.load_us = get_int(root, "load_duration").value_or(0) / 1000;
    batch.add(Event::Kind::terminal);
}

}  // namespace

bool read_ollama_events(element root, EventBatch& batch) {
    if (auto error = in_band_error(root)) {
        batch.error = std::move(error);
        return true;
    }
    const auto message = get_value(root, "message");
    const auto response = get_string(root, "response");
    const auto done = get_bool(root, "done");
    if (!message && !response && !done) return false;
    if (const auto model = get_string(root, "model")) batch.add(Event::Kind::start, *model);

    if (const auto logprobs = get_value(root, "logprobs"); logprobs && logprobs->is_array())
        batch.add(Event::Kind::logprobs).logprobs = *logprobs;
    const element holder = message.value_or(root);
    add_text(batch, Event::Kind::reasoning, get_string(holder, "thinking"));
    add_text(batch, Event::Kind::text, message ? get_string(*message, "content") : response);
    read_tool_calls(holder, batch);
    if (done.value_or(false)) read_end(root, batch);
    return true;
}

}  // namespace llmr::providers
