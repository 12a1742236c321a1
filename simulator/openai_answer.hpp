#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "simulator/answers.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

class Dialect;

/// How one completion is told.
struct CompletionFrame {
    const Dialect* dialect = nullptr;  ///< never null; outlives the answer
    std::string id;                    ///< "chatcmpl-..."
    std::string model;                 ///< as the answer calls it
    std::int64_t created = 0;
    int choices = 1;
    bool include_usage = false;  ///< stream: as asked for
    bool omit_usage = false;     ///< by switch: no usage although asked
    bool logprobs = false;       ///< as asked for, with so many others for each token
    int top_logprobs = 0;
    std::string finish_reason;   ///< by switch, instead of the answer's own
    bool filter_frames = false;  ///< by switch: what the dialect does after_finish
};

/// One object with the whole answer.
std::string completion_object(const Answer& answer, const CompletionFrame& frame);
/// SSE: role, reasoning if it is shown, tokens, finish, usage, [DONE].
std::unique_ptr<EventSource> completion_chunks(Answer answer, CompletionFrame frame);

/// `text`'s logprobs as a choice has them, or null.
void write_choice_logprobs(JsonWriter& writer, const CompletionFrame& frame, std::string_view text);
std::string_view finish_reason(const Answer& answer, const CompletionFrame& frame);
/// Whether a stream ends with a chunk of usage, and whether others have it as null.
bool tells_usage(const CompletionFrame& frame);
bool writes_null_usage(const CompletionFrame& frame);

}  // namespace llmr::simulator
