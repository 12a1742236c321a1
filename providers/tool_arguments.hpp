#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace llmr::providers {

/// Arguments of a tool call as the text of a JSON object: "" and white space mean {}. Nothing if
/// the text is not a JSON object. Leaves thread_json_parser() alone.
std::optional<std::string> arguments_object(std::string_view text);
/// The same for arguments that may already be an object in a document.
std::optional<std::string> arguments_object(simdjson::dom::element value);
/// Arguments as the string that OpenAI expects: an object is written out, a string is kept.
std::string arguments_text(simdjson::dom::element value);

}  // namespace llmr::providers
