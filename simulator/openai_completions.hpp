#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "simulator/answers.hpp"
#include "simulator/api.hpp"
#include "simulator/openai_answer.hpp"
#include "simulator/openai_error.hpp"

namespace llmr::simulator {

/// What /v1/completions asks for. A view into the parsed body.
struct TextRequest {
    std::vector<Prompt> prompts;
    bool stream = false;
    bool include_usage = false;
    int choices = 1;  ///< for each prompt
    bool logprobs = false;
    int top_logprobs = 0;
};

/// Reads a body, and refuses what most servers refuse (echo, more choices than best_of). `model`:
/// instead of the body's.
std::optional<OpenAiError> read_text_request(simdjson::dom::element root, std::string_view model,
                                             TextRequest& out);

/// One object with the answers to all prompts; `frame.choices` for each, by prompt.
std::string text_completion_object(const std::vector<Answer>& answers,
                                   const CompletionFrame& frame);
/// SSE: the choices one after the other, usage if asked for, [DONE].
std::unique_ptr<EventSource> text_completion_chunks(std::vector<Answer> answers,
                                                    CompletionFrame frame);

}  // namespace llmr::simulator
