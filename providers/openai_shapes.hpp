#pragma once

#include <string>
#include <string_view>

#include <simdjson.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

/// The members that OpenAI's chunks and bodies have in common.
namespace llmr::providers {

/// id, object, created, model: the same in every chunk of an answer.
void write_openai_head(JsonWriter& out, const ExchangeSpec& spec, std::string_view object);
/// "usage" from what was reported; without a report the input is 0 and the output an estimate.
void write_openai_usage(JsonWriter& out, const AnswerSummary& summary);
/// Appends entries of {token, logprob, bytes, top_logprobs}, comma-separated, with the members that
/// OpenAI's schema requires and Ollama leaves out.
void append_openai_logprobs(std::string& entries, simdjson::dom::element array);
void write_openai_logprobs(JsonWriter& out, const std::string& entries);
/// The reason, "stop" if the upstream gave none.
std::string openai_finish(const AnswerSummary& summary);
/// A tool-call id that depends on the answer's id and the call's number only.
std::string invented_call_id(const ExchangeSpec& spec, int index);

/// Google's own member for it on a tool call; nothing if the call has none.
void write_thought_signature(JsonWriter& out, std::string_view signature);

}  // namespace llmr::providers
