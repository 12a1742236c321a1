#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/chat_request.hpp"
#include "core/error.hpp"
#include "providers/open_calls.hpp"

/// What the writers of histories share.
namespace llmr::providers {

/// The text parts, joined by LF, with what a client sends back of a refusal.
std::string joined_text(const Message& message);
/// What a tool gave, for dialects that cannot say otherwise that it failed.
std::string result_text(const Message& message);

/// Where a message stands in the client's request: "messages[3]", "input[0]".
std::string place_of(const ChatRequest& request, const Message& message);

/// The error of the first part that no other dialect has a form for (audio, files, ...).
std::optional<Error> refuse_other_parts(const ChatRequest& request, const Message& message);

/// The id of the call that a tool result answers; an error if there is none.
Result<std::string> answered_call(const ChatRequest& request, const Message& result,
                                  OpenCalls& calls);

/// A call's arguments as the text of a JSON object; an error if they are none.
Result<std::string> call_arguments(const ChatRequest& request, const Message& message,
                                   std::size_t index);

/// The system messages that a conversation begins with, for dialects that give them a place of
/// their own: how many, and what they say.
std::size_t leading_system_messages(const ChatRequest& request);
std::string leading_system_text(const ChatRequest& request);

bool has_images(const Message& message);

}  // namespace llmr::providers
