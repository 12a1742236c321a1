#pragma once

#include <string>
#include <string_view>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// An error in Anthropic's words.
struct AnthropicError {
    int status = 400;
    std::string message;
    std::string type;  ///< empty: that of the status
};

/// {"type":"error","error":{"type","message"},"request_id"}, and the id as a header.
Reply anthropic_error(const AnthropicError& error);
/// The event that ends a stream which a switch lets fail.
std::string anthropic_error_event(const Behaviour* behaviour);
/// The error that a switch asks for, with the usual words of its status.
Reply anthropic_fault(const Behaviour& behaviour);
/// "req_011...", new each time.
std::string anthropic_request_id();

}  // namespace llmr::simulator
