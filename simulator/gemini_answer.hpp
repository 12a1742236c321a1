#pragma once

#include <memory>
#include <string>

#include "simulator/answers.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

/// How one answer is told.
struct GeminiFrame {
    std::string id;     ///< responseId
    std::string model;  ///< modelVersion
    bool include_thoughts = false;
    bool signatures = false;  ///< a signature with the first call
    bool call_ids = false;
    bool omit_usage = false;  ///< by switch
    bool logprobs = false;
    int top_logprobs = 0;
    bool sse = true;  ///< of a stream: else it is a JSON array, an element at a time
};

/// One object with the whole answer.
std::string gemini_object(const Answer& answer, const GeminiFrame& frame);
/// Each event has the form of a whole answer: one with each token, one with each call. The last has
/// the finishReason.
std::unique_ptr<EventSource> gemini_events(Answer answer, GeminiFrame frame);
/// How an object stands in the stream: as an event, or as the element behind `count` others.
std::string gemini_event(const std::string& object, bool sse, std::size_t count);

}  // namespace llmr::simulator
