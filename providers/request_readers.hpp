#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <simdjson.h>

#include "core/chat_request.hpp"
#include "core/error.hpp"

namespace llmr::providers {

/// The readers behind parse_request, one per dialect and kind. `body` is known to be an object.
Result<ChatRequest> read_openai_chat(simdjson::dom::element body);
Result<ChatRequest> read_openai_completion(simdjson::dom::element body);
Result<ChatRequest> read_responses_chat(simdjson::dom::element body);
Result<ChatRequest> read_anthropic_chat(simdjson::dom::element body);
Result<ChatRequest> read_ollama_chat(simdjson::dom::element body);
Result<ChatRequest> read_ollama_generate(simdjson::dom::element body);
Result<ChatRequest> read_openai_embed(simdjson::dom::element body);
Result<ChatRequest> read_ollama_embed(simdjson::dom::element body);
Result<ChatRequest> read_ollama_legacy_embed(simdjson::dom::element body);

/// An `input` of token ids: one list of numbers, or several.
bool holds_token_ids(simdjson::dom::element input);
/// The error for an upstream whose models have another tokenizer.
std::optional<Error> refuse_token_ids(const ChatRequest& request);

/// The text of a completion's prompt; refused if there are several, or token ids.
Result<std::string_view> completion_prompt(const ChatRequest& request);

inline std::size_t image_count(const Message& message) {
    std::size_t images = 0;
    for (const ContentPart& part : message.parts)
        images += part.kind == ContentPart::Kind::image;
    return images;
}

}  // namespace llmr::providers
