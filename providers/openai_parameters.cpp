#include "providers/openai_parameters.hpp"

#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

/// Thinking tokens up to which OpenAI's word stands for an Anthropic client's budget. The bounds
/// are those that Google's OpenAI endpoint documents for these words.
constexpr std::int64_t kLowBudget = 1024;
constexpr std::int64_t kMediumBudget = 8192;

std::string_view effort_of_budget(std::int64_t tokens) {
    if (tokens <= kLowBudget) return "low";
    return tokens <= kMediumBudget ? "medium" : "high";
}

}  // namespace

std::string_view tool_choice_word(ToolChoice choice) {
    switch (choice) {
        case ToolChoice::none:
            return "none";
        case ToolChoice::automatic:
            return "auto";
        case ToolChoice::required:
            return "required";
        default:
            return {};
    }
}

std::optional<std::string_view> effort_for(const RequestOptions& options, const ModelFacts& facts) {
    if (facts.refuses_effort) return std::nullopt;
    switch (options.think) {
        case RequestOptions::Think::unset:
            return std::nullopt;
        case RequestOptions::Think::level:
            return options.think_level;
        case RequestOptions::Think::on:
            if (!facts.reasons) return std::nullopt;
            return options.think_budget ? effort_of_budget(*options.think_budget) : "medium";
        case RequestOptions::Think::off:
            if (!facts.reasons) return std::nullopt;
            return "low";
    }
    return std::nullopt;
}

void drop_local_sampling(Dialect client, RequestOptions& options) {
    drop(options.top_k, "top_k", client, options.ignored);
    drop(options.min_p, "min_p", client, options.ignored);
    drop(options.repeat_penalty, "repeat_penalty", client, options.ignored);
}

}  // namespace llmr::providers
