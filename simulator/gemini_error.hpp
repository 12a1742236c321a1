#pragma once

#include <string>
#include <string_view>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// An error in Google's words.
struct GeminiError {
    int code = 400;
    std::string message;
    std::string reason;           ///< of an ErrorInfo among the details; empty: there is none
    int retry_after_seconds = 0;  ///< of a RetryInfo among the details; 0: there is none
    std::string status;           ///< empty: that of the code
};

/// {"error":{"code","message","status","details"}}; for streams an array of that one object.
Reply gemini_error(const GeminiError& error, bool stream = false);
/// The event that ends a stream which a switch lets fail.
std::string gemini_error_object(const Behaviour* behaviour);
/// The error that a switch asks for, with the usual words of its status.
Reply gemini_fault(const Behaviour& behaviour, bool stream);

}  // namespace llmr::simulator
