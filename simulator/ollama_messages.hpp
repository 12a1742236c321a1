#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

#include "simulator/ollama_request.hpp"

namespace llmr::simulator {

/// What one message, or one prompt, costs beside its text.
inline constexpr std::int64_t kMessageTokens = 4;

/// A member that must have `type` if it is there and not null.
std::optional<OllamaRefusal> check_type(simdjson::dom::element object, std::string_view key,
                                        simdjson::dom::element_type type, std::string_view field,
                                        std::string_view wanted);

/// Counts the images of a message or of a generate request; they must be plain base64.
std::optional<OllamaRefusal> read_images(simdjson::dom::element object, Prompt& prompt);
/// One message of a chat, in order: the last one decides what is answered.
std::optional<OllamaRefusal> read_message(simdjson::dom::element message, Prompt& prompt);
std::optional<OllamaRefusal> read_tools(simdjson::dom::element root, OllamaRequest& out);

/// "array", "object", "number": as Go names the types of JSON.
std::string_view go_name(simdjson::dom::element value);

}  // namespace llmr::simulator
