#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

/// An error in OpenAI's words, which each dialect writes in its own shape. Empty `param` and `code`
/// are null on the wire.
struct OpenAiError {
    int status = 400;
    std::string message;
    std::string param;
    std::string code;
    std::string type = "invalid_request_error";
};

/// {"error":{"message","type","param","code"}}, all four always there.
Reply openai_error(const OpenAiError& error);
/// A member that is null where the text is empty.
void write_or_null(JsonWriter& writer, std::string_view key, std::string_view text);

}  // namespace llmr::simulator
