#pragma once

#include <simdjson.h>

#include "core/chat_request.hpp"
#include "core/error.hpp"

namespace llmr::providers {

/// The readers behind parse_request, one per dialect and kind. `body` is known to be an object.
Result<ChatRequest> read_openai_chat(simdjson::dom::element body);
Result<ChatRequest> read_ollama_chat(simdjson::dom::element body);
Result<ChatRequest> read_ollama_generate(simdjson::dom::element body);
Result<ChatRequest> read_openai_embed(simdjson::dom::element body);
Result<ChatRequest> read_ollama_embed(simdjson::dom::element body);
Result<ChatRequest> read_ollama_legacy_embed(simdjson::dom::element body);

}  // namespace llmr::providers
