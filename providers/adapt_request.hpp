#pragma once

#include "core/chat_request.hpp"
#include "providers/codec.hpp"

namespace llmr::providers {

/// Makes a request in OpenAI's dialect one that target.provider takes (RequestRules): parameters
/// are renamed or written in another way where that changes nothing, and left out by name
/// (UpstreamRequest::ignored) where the server has nothing like them. Requests in other dialects,
/// and those to a server of unknown make, stay as they are.
void adapt_request(UpstreamRequest& upstream, const ChatRequest& request, const Target& target);

/// Puts what the operator set (GenerationDefaults) into a request in the upstream's dialect, where
/// the client said nothing of it and the model takes it.
void add_defaults(UpstreamRequest& upstream, const ChatRequest& request, const Target& target);

}  // namespace llmr::providers
