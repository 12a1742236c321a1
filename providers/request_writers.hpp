#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/chat_request.hpp"
#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {

/// The same dialect on both sides: the client's bytes with as little changed as possible.
Result<UpstreamRequest> pass_openai_request(const ChatRequest& request, std::string_view body,
                                            const Target& target);
Result<UpstreamRequest> pass_ollama_request(const ChatRequest& request, std::string_view body,
                                            const Target& target);

/// A neutral request for an upstream of the dialect.
Result<UpstreamRequest> write_ollama_chat(const ChatRequest& request, const RequestOptions& options,
                                          const Target& target);
Result<UpstreamRequest> write_openai_chat(const ChatRequest& request, const RequestOptions& options,
                                          const Target& target);
Result<UpstreamRequest> write_ollama_embed(const ChatRequest& request, const Target& target);
Result<UpstreamRequest> write_openai_embed(const ChatRequest& request, const Target& target);

/// The value of "messages" for each dialect; the error if a part cannot be expressed.
std::optional<Error> write_ollama_messages(JsonWriter& out, const ChatRequest& request);
std::optional<Error> write_openai_messages(JsonWriter& out, const ChatRequest& request,
                                           std::string_view model);

/// The text parts, joined by LF.
std::string joined_text(const Message& message);

/// A member that is written only if it has a value.
template <class T>
void optional_field(JsonWriter& out, std::string_view name, const std::optional<T>& value) {
    if (value) out.field(name, *value);
}

}  // namespace llmr::providers
