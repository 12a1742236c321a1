#include "providers/answer_filter.hpp"

#include <algorithm>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_tracker.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kAnyTool = "*";

bool ends_text(const Event& event) {
    return event.kind == Event::Kind::finish || event.kind == Event::Kind::terminal;
}

}  // namespace

std::optional<Error> AnswerFilter::apply(EventBatch& batch) {
    if (one_call_) keep_one_call(batch);
    if (forced_.empty()) return std::nullopt;
    return make_call(batch);
}

void AnswerFilter::keep_one_call(EventBatch& batch) {
    std::erase_if(batch.events, [&](const Event& event) {
        if (event.kind != Event::Kind::tool_call) return false;
        // A whole call is a call of its own, whatever its number.
        if (event.tool.whole) return std::exchange(kept_, event.tool.index).has_value();
        if (!kept_) kept_ = event.tool.index;
        return *kept_ != event.tool.index;
    });
}

std::optional<Error> AnswerFilter::make_call(EventBatch& batch) {
    std::vector<Event> events;
    for (const Event& event : batch.events) {
        if (event.kind == Event::Kind::text) {
            text_.append(event.text);
            continue;
        }
        if (event.kind == Event::Kind::logprobs) continue;
        if (ends_text(event) && !trim(text_).empty()) {
            // Not the thread's parser: the events point into its document.
            JsonParser parser;
            const auto root = parser.parse(text_);
            const bool cut = event.text == "length";
            if ((!root || !root->is_object()) && !cut)
                return bad_answer("the arguments of the tool call are not a JSON object");
            name_ = forced_;
            arguments_ = std::exchange(text_, {});
            if (root && forced_ == kAnyTool) {
                name_ = get_string(*root, "name").value_or("");
                const auto arguments = get_value(*root, "arguments");
                arguments_ = arguments ? to_json(*arguments) : "{}";
            }
            Event call;
            call.kind = Event::Kind::tool_call;
            call.tool.name = name_;
            call.tool.arguments = arguments_;
            call.tool.whole = true;
            events.push_back(call);
        }
        events.push_back(event);
    }
    batch.events = std::move(events);
    return std::nullopt;
}

}  // namespace llmr::providers
