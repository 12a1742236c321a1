#include "core/json.hpp"
#include "providers/event.hpp"
#include "providers/upstream_error.hpp"
#include "providers/usage.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// A string, or (some vendors) an array of parts.
void read_text(element message, std::string_view key, Event::Kind kind, int choice,
               EventBatch& batch) {
    const auto value = get_value(message, key);
    if (!value) return;
    std::string_view text;
    simdjson::dom::array parts;
    if (value->get(text) == simdjson::SUCCESS) {
        if (!text.empty()) batch.add(kind, text, choice);
    } else if (value->get(parts) == simdjson::SUCCESS) {
        for (const element part : parts) {
            const auto piece = get_string(part, "text");
            if (piece && !piece->empty()) batch.add(kind, *piece, choice);
        }
    }
}

void read_tool_call(element raw, int position, int choice, bool whole, EventBatch& batch) {
    const auto function = get_value(raw, "function");
    if (!function) return;
    ToolCallPart& part = batch.add(Event::Kind::tool_call, {}, choice).tool;
    part.index = static_cast<int>(get_int(raw, "index").value_or(position));
    part.id = get_string(raw, "id").value_or("");
    part.name = get_string(*function, "name").value_or("");
    part.whole = whole;
    const auto arguments = get_value(*function, "arguments");
    if (!arguments) return;
    if (arguments->is_object())
        part.arguments_object = arguments;
    else
        part.arguments = get_string(*function, "arguments").value_or("");
}

void read_message(element message, int choice, bool whole, EventBatch& batch) {
    // Two names for the same field; a server that sends both repeats itself.
    const bool has_content = get_string(message, "reasoning_content").has_value();
    read_text(message, has_content ? "reasoning_content" : "reasoning", Event::Kind::reasoning,
              choice, batch);
    read_text(message, "content", Event::Kind::text, choice, batch);
    read_text(message, "refusal", Event::Kind::text, choice, batch);
    const auto calls = get_value(message, "tool_calls");
    simdjson::dom::array items;
    if (!calls || calls->get(items) != simdjson::SUCCESS) return;
    int position = 0;
    for (const element call : items)
        read_tool_call(call, position++, choice, whole, batch);
}

std::string_view finish_word(std::string_view reason) {
    return reason == "function_call" ? "tool_calls" : reason;
}

void read_choice(element choice, int position, EventBatch& batch) {
    if (auto error = in_band_error(choice)) {
        batch.error = std::move(error);
        return;
    }
    const int index = static_cast<int>(get_int(choice, "index").value_or(position));
    if (const auto logprobs = get_value(choice, "logprobs")) {
        const auto content = get_value(*logprobs, "content");
        if (content && content->is_array())
            batch.add(Event::Kind::logprobs, {}, index).logprobs = *content;
    }
    if (const auto delta = get_value(choice, "delta"))
        read_message(*delta, index, /*whole=*/false, batch);
    else if (const auto message = get_value(choice, "message"))
        read_message(*message, index, /*whole=*/true, batch);
    else if (const auto text = get_string(choice, "text"); text && !text->empty())
        batch.add(Event::Kind::text, *text, index);  // /completions
    const auto reason = get_string(choice, "finish_reason");
    if (reason == "error") {
        batch.error = Error(Errc::upstream_error, "the upstream broke off its answer");
        return;
    }
    if (reason && !reason->empty()) batch.add(Event::Kind::finish, finish_word(*reason), index);
}

void read_usage(element root, EventBatch& batch) {
    Usage usage;
    if (const auto counts = get_value(root, "usage")) usage = read_openai_usage(*counts);
    if (usage.source == UsageSource::none) {
        if (const auto timings = get_value(root, "timings")) usage = read_timings_usage(*timings);
    }
    if (usage.source != UsageSource::none) batch.add(Event::Kind::usage).usage = usage;
}

}  // namespace

Event& EventBatch::add(Event::Kind kind, std::string_view text, int choice) {
    constexpr std::size_t kUsualEvents = 8;  // a whole answer's: one allocation for all
    if (events.capacity() == 0) events.reserve(kUsualEvents);
    Event& event = events.emplace_back();
    event.kind = kind;
    event.text = text;
    event.choice = choice;
    return event;
}

bool read_openai_events(element root, EventBatch& batch) {
    if (auto error = in_band_error(root)) {
        batch.error = std::move(error);
        return true;
    }
    const auto choices = get_value(root, "choices");
    simdjson::dom::array items;
    const bool has_choices = choices && choices->get(items) == simdjson::SUCCESS;
    if (!has_choices && !get_value(root, "usage")) return false;
    if (const auto model = get_string(root, "model")) batch.add(Event::Kind::start, *model);
    if (has_choices) {
        int position = 0;
        for (const element choice : items)
            read_choice(choice, position++, batch);
    }
    read_usage(root, batch);
    return true;
}

}  // namespace llmr::providers
