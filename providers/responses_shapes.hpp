#pragma once

#include <string>
#include <string_view>

#include "core/chat_request.hpp"
#include "core/json.hpp"
#include "providers/codec.hpp"

/// The objects that the Responses dialect's events and bodies are made of.
namespace llmr::providers {

/// What an answer repeats of its request (instructions, tools, ...): members without braces, each
/// with OpenAI's default where the client says nothing.
std::string responses_echo(const ChatRequest& request);

/// A response: `status` is in_progress, completed, incomplete or failed, `output` its items,
/// separated by commas. `summary` is null while it is in progress.
void write_response(JsonWriter& out, const ExchangeSpec& spec, std::string_view status,
                    std::string_view output, const AnswerSummary* summary);
/// "completed", or "incomplete" for an answer that was cut by its limit or a filter.
std::string_view response_status(const AnswerSummary& summary);

/// Ids of items: "msg_...", "rs_...", "fc_...", made from the answer's.
std::string item_id(const ExchangeSpec& spec, std::string_view prefix, int output_index);
/// The id that a call's result names.
std::string responses_call_id(const ExchangeSpec& spec, std::string_view given, int number);

/// Whole items. `text` and `arguments` are empty while they are in progress.
void write_message_item(JsonWriter& out, std::string_view id, std::string_view status,
                        const std::string* text, std::string_view logprobs);
void write_reasoning_item(JsonWriter& out, std::string_view id, const std::string* text);
void write_call_item(JsonWriter& out, std::string_view id, std::string_view status,
                     std::string_view call_id, std::string_view name, std::string_view arguments);
/// {"type":"output_text","text":...,"annotations":[],"logprobs":[...]}
void write_output_text(JsonWriter& out, std::string_view text, std::string_view logprobs);

}  // namespace llmr::providers
