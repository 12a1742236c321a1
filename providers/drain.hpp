#pragma once

#include <string_view>
#include <utility>

#include "providers/answer_tracker.hpp"
#include "providers/ndjson.hpp"
#include "providers/sse.hpp"

/// How every exchange takes a stream apart: what comes goes to `take` while the answer runs, what
/// follows its end is read over, and what is too long to be an answer ends it.
namespace llmr::providers {

template <class Take>
void drain(SseSplitter& splitter, AnswerTracker& tracker, Take&& take) {
    SseEvent event;
    while (splitter.next(event)) {
        if (tracker.running()) take(event);
    }
    if (splitter.failed() && !tracker.summary().complete)
        tracker.fail(bad_answer("an event is longer than 1 MiB"));
}

template <class Take>
void drain(NdjsonSplitter& splitter, AnswerTracker& tracker, Take&& take) {
    std::string_view line;
    while (splitter.next(line)) {
        if (tracker.running()) take(line);
    }
    if (splitter.failed() && !tracker.summary().complete)
        tracker.fail(bad_answer("a line is longer than 8 MiB"));
}

}  // namespace llmr::providers
