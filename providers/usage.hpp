#pragma once

#include <simdjson.h>

#include "core/types.hpp"

namespace llmr::providers {

/// An OpenAI-style `usage` object (also with the names of other vendors) in disjoint buckets. Never
/// negative. Source: reported; estimated if the counts contradict each other and had to be clamped;
/// none if there are none.
Usage read_openai_usage(simdjson::dom::element usage);
/// llama.cpp's `timings`, for answers without `usage`.
Usage read_timings_usage(simdjson::dom::element timings);
/// prompt_eval_count and eval_count of an Ollama answer; a count that is absent is 0.
Usage read_ollama_usage(simdjson::dom::element root);

}  // namespace llmr::providers
