#include "providers/usage.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

// Where a count may stand; an empty parent is the usage object itself.
struct Place {
    std::string_view parent;
    std::string_view key;
};

constexpr std::array kPromptTotal{Place{"", "prompt_tokens"}, Place{"", "input_tokens"}};
constexpr std::array kOutputTotal{Place{"", "completion_tokens"}, Place{"", "output_tokens"}};
constexpr std::array kCacheRead{Place{"prompt_tokens_details", "cached_tokens"},
                                Place{"input_tokens_details", "cached_tokens"},
                                Place{"", "prompt_cache_hit_tokens"}};
constexpr std::array kCacheMiss{Place{"", "prompt_cache_miss_tokens"}};
constexpr std::array kCacheWrite{Place{"prompt_tokens_details", "cache_write_tokens"},
                                 Place{"input_tokens_details", "cache_write_tokens"}};
constexpr std::array kReasoning{Place{"completion_tokens_details", "reasoning_tokens"},
                                Place{"output_tokens_details", "reasoning_tokens"}};
constexpr std::array kTotal{Place{"", "total_tokens"}};

std::optional<std::int64_t> find_count(simdjson::dom::element usage,
                                       std::span<const Place> places) {
    for (const Place& place : places) {
        const auto object = place.parent.empty() ? usage : get_value(usage, place.parent);
        if (!object) continue;
        if (const auto count = get_int(*object, place.key)) return count;
    }
    return std::nullopt;
}

// Takes `part` out of `rest`; clamps what does not fit and says so.
std::int64_t take(std::int64_t part, std::int64_t& rest, bool& consistent) {
    const std::int64_t taken = std::clamp<std::int64_t>(part, 0, rest);
    consistent = consistent && taken == part;
    rest -= taken;
    return taken;
}

// Some vendors count reasoning beside completion_tokens instead of in it; total_tokens tells.
bool reasoning_is_apart(std::int64_t prompt, std::int64_t output, std::int64_t reasoning,
                        std::optional<std::int64_t> total) {
    return total && reasoning > 0 && *total == prompt + output + reasoning;
}

}  // namespace

Usage read_openai_usage(simdjson::dom::element object) {
    auto prompt = find_count(object, kPromptTotal);
    const auto output = find_count(object, kOutputTotal);
    const auto read = find_count(object, kCacheRead).value_or(0);
    const auto miss = find_count(object, kCacheMiss);
    const auto total = find_count(object, kTotal);
    if (!prompt && miss) prompt = read + *miss;
    if (!prompt && total) prompt = *total - output.value_or(0);
    if (!prompt && !output) return {};

    bool consistent = prompt.value_or(0) >= 0 && output.value_or(0) >= 0;
    std::int64_t input_rest = std::max<std::int64_t>(prompt.value_or(0), 0);
    std::int64_t output_rest = std::max<std::int64_t>(output.value_or(0), 0);
    std::int64_t reasoning = find_count(object, kReasoning).value_or(0);
    if (reasoning == 0 && output && total && *total > input_rest + output_rest) {
        reasoning = *total - input_rest - output_rest;  // Gemini leaves thoughts out of completion
    }
    if (reasoning_is_apart(input_rest, output_rest, reasoning, total)) output_rest += reasoning;

    Usage usage;
    usage.cache_read = take(read, input_rest, consistent);
    usage.cache_write = take(find_count(object, kCacheWrite).value_or(0), input_rest, consistent);
    usage.input_uncached = input_rest;
    usage.reasoning = take(reasoning, output_rest, consistent);
    usage.output_visible = output_rest;
    usage.source = consistent ? UsageSource::reported : UsageSource::estimated;
    return usage;
}

Usage read_timings_usage(simdjson::dom::element timings) {
    const auto prompt = get_int(timings, "prompt_n");
    const auto output = get_int(timings, "predicted_n");
    if (!prompt || !output) return {};
    Usage usage;
    usage.input_uncached = std::max<std::int64_t>(*prompt, 0);
    usage.cache_read = std::max<std::int64_t>(get_int(timings, "cache_n").value_or(0), 0);
    usage.output_visible = std::max<std::int64_t>(*output, 0);
    usage.source = UsageSource::reported;
    return usage;
}

Usage read_ollama_usage(simdjson::dom::element root) {
    const auto prompt = get_int(root, "prompt_eval_count");
    const auto output = get_int(root, "eval_count");
    if (!prompt && !output) return {};
    Usage usage;
    usage.input_uncached = std::max<std::int64_t>(prompt.value_or(0), 0);
    usage.output_visible = std::max<std::int64_t>(output.value_or(0), 0);
    const bool negative = prompt.value_or(0) < 0 || output.value_or(0) < 0;
    usage.source = negative ? UsageSource::estimated : UsageSource::reported;
    return usage;
}

}  // namespace llmr::providers
