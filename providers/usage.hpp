#pragma once

#include <cstdint>
#include <optional>

#include <simdjson.h>

#include "core/types.hpp"

namespace llmr::providers {

/// Whose words and whose rules a usage object follows.
enum class UsageShape : std::uint8_t {
    openai,        ///< chat and responses; also Azure, OpenRouter, DeepSeek, vLLM, LM Studio, xAI:
                   ///< cache counts and reasoning are inside the totals
    anthropic,     ///< input_tokens leaves both cache counts out
    gemini,        ///< usageMetadata: thoughts stand outside the candidates
    ollama,        ///< prompt_eval_count, eval_count
    llama_timings  ///< llama.cpp's `timings`: prompt_n leaves the cache out
};

/// The counts of a usage object as they stand in it; absent and null are nothing.
struct TokenCounts {
    using Count = std::optional<std::int64_t>;
    Count input;        ///< the prompt, as the shape counts it
    Count input_extra;  ///< prompt tokens beside it
    Count cache_read;
    Count cache_miss;
    Count cache_write;
    Count cache_write_5m;  ///< part of cache_write
    Count cache_write_1h;  ///< part of cache_write
    Count output;
    Count reasoning;
    Count total;  ///< the provider's own sum, to check ours against
    bool operator==(const TokenCounts&) const = default;
};

TokenCounts read_counts(UsageShape shape, simdjson::dom::element usage);

/// For streams that state usage more than once (Anthropic's message_start and message_delta,
/// cumulative chunks of others): a count that is stated again overwrites, it is never added; one
/// that is not keeps its value.
void merge_counts(TokenCounts& so_far, const TokenCounts& newer);

/// The counts in disjoint buckets, never negative. Source: reported if they agree with each other
/// and with the provider's total; estimated if they had to be bent; none if there are none.
Usage to_usage(UsageShape shape, const TokenCounts& counts);

inline Usage read_usage(UsageShape shape, simdjson::dom::element usage) {
    return to_usage(shape, read_counts(shape, usage));
}
inline Usage read_openai_usage(simdjson::dom::element usage) {
    return read_usage(UsageShape::openai, usage);
}
inline Usage read_timings_usage(simdjson::dom::element timings) {
    return read_usage(UsageShape::llama_timings, timings);
}
/// `root` is the whole answer.
inline Usage read_ollama_usage(simdjson::dom::element root) {
    return read_usage(UsageShape::ollama, root);
}

}  // namespace llmr::providers
