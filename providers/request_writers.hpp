#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/chat_request.hpp"
#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {

/// The same dialect on both sides: the client's bytes with as little changed as possible.
Result<UpstreamRequest> pass_request(const ChatRequest& request, std::string_view body,
                                     const Target& target);

/// A neutral request for an upstream of the dialect. `options` loses what cannot be expressed to
/// UpstreamRequest::ignored.
Result<UpstreamRequest> write_ollama_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target);
Result<UpstreamRequest> write_openai_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target);
Result<UpstreamRequest> write_responses_chat(const ChatRequest& request, RequestOptions options,
                                             const Target& target);
Result<UpstreamRequest> write_anthropic_chat(const ChatRequest& request, RequestOptions options,
                                             const Target& target);
Result<UpstreamRequest> write_gemini_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target);
/// OpenAI's /v1/completions as Ollama's /api/generate.
Result<UpstreamRequest> write_ollama_generate(const ChatRequest& request, RequestOptions options,
                                              const Target& target);
Result<UpstreamRequest> write_ollama_embed(const ChatRequest& request, const Target& target);
Result<UpstreamRequest> write_openai_embed(const ChatRequest& request, const Target& target);
Result<UpstreamRequest> write_gemini_embed(const ChatRequest& request, const Target& target);

/// The value of "messages" or "input" for each dialect; the error if a part cannot be expressed.
std::optional<Error> write_ollama_messages(JsonWriter& out, const ChatRequest& request);
std::optional<Error> write_openai_messages(JsonWriter& out, const ChatRequest& request,
                                           std::string_view model);
/// Without the leading system messages, for which these dialects have a place of their own.
std::optional<Error> write_anthropic_messages(JsonWriter& out, const ChatRequest& request);
std::optional<Error> write_responses_items(JsonWriter& out, const ChatRequest& request);
/// "contents"; the leading system messages only if there is nothing else.
std::optional<Error> write_gemini_contents(JsonWriter& out, const ChatRequest& request,
                                           const Target& target);

/// `tools` as {"type":"function","function":{...}}, in the words of the chat dialects. Nothing if
/// there are none.
void write_function_tools(JsonWriter& out, const RequestOptions& options, bool with_strict);

/// A member that is written only if it has a value.
template <class T>
void optional_field(JsonWriter& out, std::string_view name, const std::optional<T>& value) {
    if (value) out.field(name, *value);
}

/// Notes that the upstream has nothing like this parameter, under the client's name for it.
template <class T>
void drop(std::optional<T>& value, std::string_view name, Dialect client,
          std::vector<std::string>& ignored) {
    if (value) ignored.push_back(client_name(client, name));
    value.reset();
}

}  // namespace llmr::providers
