#pragma once

#include <memory>
#include <string>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// `events` as they are or, if a switch says so, the first of them and then `error_event`, after
/// which the answer ends as if it were whole: how servers fail once a stream has begun.
std::unique_ptr<EventSource> with_stream_error(std::unique_ptr<EventSource> events,
                                               const Behaviour* behaviour, std::string error_event);

/// What the error says.
std::string stream_error_message(const Behaviour* behaviour);

}  // namespace llmr::simulator
