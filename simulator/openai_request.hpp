#pragma once

#include <optional>

#include <simdjson.h>

#include "simulator/answers.hpp"
#include "simulator/openai_error.hpp"

namespace llmr::simulator {

/// What /v1/chat/completions asks for. A view into the parsed body.
struct OpenAiRequest {
    Prompt prompt;
    bool stream = false;
    bool include_usage = false;
    int choices = 1;
    bool logprobs = false;
    int top_logprobs = 0;
    bool says_json = false;  ///< a message holds the word, which json_object demands
};

/// Reads a body, and refuses what the real API refuses. Nothing if all is well. What `out` holds
/// already stays: the model where the path names it, `says_json` where the word is not demanded.
std::optional<OpenAiError> read_openai_chat(simdjson::dom::element root, OpenAiRequest& out);

/// What completions have in common with chats: stream, limits, choices, stop sequences.
std::optional<OpenAiError> read_openai_settings(simdjson::dom::element root, OpenAiRequest& out);

/// The messages part of it.
std::optional<OpenAiError> read_openai_messages(simdjson::dom::element messages,
                                                OpenAiRequest& out);

OpenAiError openai_missing(std::string_view param);
OpenAiError openai_wrong_type(std::string_view param, std::string_view expected);

}  // namespace llmr::simulator
