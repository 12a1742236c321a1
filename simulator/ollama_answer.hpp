#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/answers.hpp"
#include "simulator/api.hpp"

namespace llmr::simulator {

/// /api/chat answers in `message`, /api/generate in `response`.
enum class OllamaShape : std::uint8_t { chat, generate, raw_generate };

/// Counters as the switches say they must be, in nanoseconds, and what else is told beside the
/// text.
struct OllamaCounters {
    std::int64_t load = 0;  ///< until the model was in memory; made up if it was
    std::int64_t prompt_eval = 0;
    std::int64_t eval = 0;
    bool omit_counts = false;
    bool logprobs = false;  ///< as asked for
    int top_logprobs = 0;

    OllamaCounters(std::int64_t prompt_tokens, std::int64_t output_tokens,
                   const Behaviour* behaviour, std::chrono::nanoseconds loading);
    std::int64_t total() const { return load + prompt_eval + eval; }
};

/// One object with the whole answer.
std::string ollama_object(const Answer& answer, OllamaShape shape, const OllamaCounters& counters);
/// The answer of a request that only loads (or unloads) a model.
std::string ollama_load_object(std::string_view model, OllamaShape shape, bool unload);
/// NDJSON: a line per token, a line per tool call, and the done line without text.
std::unique_ptr<EventSource> ollama_lines(Answer answer, OllamaShape shape,
                                          const OllamaCounters& counters);

}  // namespace llmr::simulator
