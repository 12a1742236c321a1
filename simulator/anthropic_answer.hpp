#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "simulator/answers.hpp"
#include "simulator/anthropic_cache.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

/// How one message is told.
struct MessageFrame {
    std::string id;     ///< "msg_..."
    std::string model;  ///< with its date
    CacheUse cache;
    bool omit_usage = false;  ///< by switch
};

/// One object with the whole answer.
std::string message_object(const Answer& answer, const MessageFrame& frame);
/// SSE with event lines: message_start, the blocks one after the other (a ping after the first has
/// begun), message_delta, message_stop.
std::unique_ptr<EventSource> message_events(Answer answer, MessageFrame frame);

/// "tool_use", "max_tokens", "stop_sequence", "end_turn".
std::string_view stop_reason(const Answer& answer);
/// The usage object; `output_tokens` so far.
void write_message_usage(JsonWriter& writer, const Answer& answer, const MessageFrame& frame,
                         std::int64_t output_tokens);
/// The members stop_reason and stop_sequence.
void write_stop(JsonWriter& writer, const Answer& answer);
/// What proves that this server thought so.
std::string thinking_signature(std::string_view thinking);

}  // namespace llmr::simulator
