#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "providers/request_options.hpp"

namespace llmr::providers {

/// A tool call for servers that cannot be forced to make one but can be held to a JSON schema: the
/// model is told to write the arguments, and they are made a call again in the answer.
struct ForcedCall {
    std::string tool;         ///< its name, or "*": the model chooses among several
    std::string schema;       ///< JSON schema of the text that the model is to write
    std::string instruction;  ///< for the system prompt
};

/// Nothing unless a tool must be called (ToolChoice::required, named).
std::optional<ForcedCall> forced_call(const RequestOptions& options);

/// An array of Ollama or OpenAI messages with a system message at its front.
std::string with_instruction(std::string_view messages, std::string_view instruction);

}  // namespace llmr::providers
