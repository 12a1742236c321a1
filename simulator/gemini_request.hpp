#pragma once

#include <optional>

#include <simdjson.h>

#include "simulator/answers.hpp"
#include "simulator/gemini_error.hpp"
#include "simulator/gemini_models.hpp"

namespace llmr::simulator {

/// What generateContent and its like ask for. A view into the parsed body.
struct GeminiRequest {
    Prompt prompt;
    bool vertex = false;  ///< as Vertex AI is asked, which knows no ids of calls
    bool include_thoughts = false;
    bool logprobs = false;
    int top_logprobs = 0;
};

/// Reads a body, and refuses what the real API refuses, members it does not know among it. Nothing
/// if all is well. `out.vertex` is an input.
std::optional<GeminiError> read_gemini(simdjson::dom::element root, const GeminiModel& model,
                                       GeminiRequest& out);

/// `contents` (and `systemInstruction`) of it.
std::optional<GeminiError> read_gemini_contents(simdjson::dom::element root,
                                                const GeminiModel& model, GeminiRequest& out);

/// What proves that a model of this server thought before it called the function.
std::string call_signature(std::string_view function);

/// The texts of one `content` object joined; for embeddings. Nothing if it has no text.
std::optional<std::string> content_text(simdjson::dom::element content);

}  // namespace llmr::simulator
