#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/chat_request.hpp"

namespace llmr::routing {

/// Names a conversation: the beginning of a SHA-256, from which no text can be read.
using ConversationKey = std::array<std::uint8_t, 16>;

/// Of a conversation that the client names itself (x-router-session). Clients with different keys
/// never share one.
ConversationKey session_key(std::string_view key_id, std::string_view session);

/// Of a conversation by what stays the same in it: system prompt, names of the tools and first user
/// message (of a text beyond 32 KiB both ends). Nothing without a user message.
std::optional<ConversationKey> content_key(std::string_view key_id, const ChatRequest& request);

/// Whether a model has answered in this conversation before: equal first queries of strangers are
/// not one conversation.
bool has_answers(const ChatRequest& request);

}  // namespace llmr::routing
