#pragma once

#include <string>
#include <string_view>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// An error in OpenAI's words. Empty `param` and `code` are null on the wire.
struct OpenAiError {
    int status = 400;
    std::string message;
    std::string param;
    std::string code;
    std::string type = "invalid_request_error";
};

/// {"error":{"message","type","param","code"}}, all four always there.
Reply openai_error(const OpenAiError& error);
/// The event that ends a stream which a switch lets fail.
std::string openai_error_event(const Behaviour* behaviour);
/// The error that a switch asks for, with the usual words of its status.
Reply openai_fault(const Behaviour& behaviour);
OpenAiError openai_model_not_found(std::string_view model);
struct OpenAiModel;
OpenAiError openai_too_long(const OpenAiModel& model, std::int64_t tokens);

}  // namespace llmr::simulator
