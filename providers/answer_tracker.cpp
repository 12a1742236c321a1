#include "providers/answer_tracker.hpp"

#include <algorithm>
#include <utility>

#include "core/json.hpp"

namespace llmr::providers {

void AnswerTracker::estimate(std::string_view text) {
    if (!estimates_) return;
    relayed_.add(text);
    summary_.estimated_output_tokens = relayed_.tokens();
}

void AnswerTracker::note_answer(const EventBatch& answer) {
    estimates_ = std::none_of(answer.events.begin(), answer.events.end(), [](const Event& event) {
        return event.kind == Event::Kind::usage && event.usage.source != UsageSource::none;
    });
    note_all(answer);
}

void AnswerTracker::note(const Event& event) {
    const auto choice = static_cast<std::size_t>(event.choice) % kMaxChoices;
    switch (event.kind) {
        case Event::Kind::start:
            if (summary_.served_model.empty()) summary_.served_model = event.text;
            return;
        case Event::Kind::text:
        case Event::Kind::reasoning:
            estimate(event.text);
            summary_.content_started = true;
            break;
        case Event::Kind::tool_call:
            estimate(event.tool.name);
            if (event.tool.arguments_object)
                estimate(to_json(*event.tool.arguments_object));
            else
                estimate(event.tool.arguments);
            summary_.content_started = true;
            tool_call_seen_ = true;
            break;
        case Event::Kind::logprobs:
            break;
        case Event::Kind::finish:
            finished_.set(choice);
            summary_.finish_reason = event.text;
            if (tool_call_seen_ && event.text == "stop") summary_.finish_reason = "tool_calls";
            break;
        case Event::Kind::usage:  // the last one counts: cumulative ones overwrite, never add
            if (event.usage.source != UsageSource::none) summary_.usage = event.usage;
            if (event.load_us > 0) summary_.load_us = event.load_us;
            return;
        case Event::Kind::terminal:
            summary_.complete = true;
            return;
    }
    seen_.set(choice);
}

void AnswerTracker::fail(Error error, bool sent) {
    if (summary_.error) return;
    summary_.error = std::move(error);
    summary_.error_sent = sent;
    summary_.complete = false;
}

Error cut_error() {
    return {Errc::upstream_stream_cut, "the upstream ended its answer before it was complete"};
}

Error bad_answer(std::string_view what) {
    return {Errc::upstream_bad_response,
            "the upstream's answer could not be used: " + std::string(what)};
}

}  // namespace llmr::providers
