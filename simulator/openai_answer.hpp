#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "simulator/answers.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

/// How one completion is told.
struct CompletionFrame {
    std::string id;     ///< "chatcmpl-..."
    std::string model;  ///< the dated snapshot
    std::int64_t created = 0;
    int choices = 1;
    bool include_usage = false;  ///< stream: as asked for
    bool omit_usage = false;     ///< by switch: no usage although asked
    bool logprobs = false;       ///< as asked for, with so many others for each token
    int top_logprobs = 0;
};

/// One object with the whole answer.
std::string completion_object(const Answer& answer, const CompletionFrame& frame);
/// SSE: role, tokens, finish, usage if asked for, [DONE].
std::unique_ptr<EventSource> completion_chunks(Answer answer, CompletionFrame frame);

/// `text`'s logprobs as a choice has them, or null.
void write_choice_logprobs(JsonWriter& writer, const CompletionFrame& frame, std::string_view text);
void write_completion_usage(JsonWriter& writer, const Answer& answer, int choices);
std::string_view finish_reason(const Answer& answer);

}  // namespace llmr::simulator
