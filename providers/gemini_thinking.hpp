#pragma once

#include "core/json.hpp"
#include "providers/gemini_model.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {

/// Appends "thinkingConfig" in the words that the model takes, if the client says anything about
/// thinking: thoughts are asked for where it wants them, and where it wants none the model is told
/// to think as little as it can. False: the client asks for thoughts, and the model has none.
bool write_thinking_config(JsonWriter& out, const RequestOptions& options,
                           const GeminiModel& model);

}  // namespace llmr::providers
