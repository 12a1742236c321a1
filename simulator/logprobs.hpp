#pragma once

#include <string_view>

#include "core/json.hpp"

namespace llmr::simulator {

/// How likely the simulated model found a token: from its text, between -2 and 0.
double token_logprob(std::string_view token);

/// An array with one {"token","logprob","bytes","top_logprobs"} for each token of `text`, as OpenAI
/// and Ollama have it. Of the `top` likeliest the token itself is the first.
void write_token_logprobs(JsonWriter& writer, std::string_view text, int top);

}  // namespace llmr::simulator
