#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/chat_request.hpp"

namespace llmr::providers {

/// The id of a tool call in a form that every provider takes: nine letters and digits (Mistral's
/// rule is the strictest). The same id gives the same one, in every process.
std::string portable_tool_id(std::string_view id);

/// The member of a request that holds its conversation: "messages" or "input".
std::string_view history_key(const ChatRequest& request);

/// The value of that member for a model that did not write the first `foreign` of them:
/// without the reasoning of their assistant turns (members and content parts, signatures with
/// them), and with the ids of their tool calls made portable, there and in the results that answer
/// them. Nothing if there is nothing to change.
std::optional<std::string> without_foreign_parts(const ChatRequest& request, std::size_t foreign);

}  // namespace llmr::providers
