#include "providers/gemini_thinking.hpp"

#include <algorithm>

namespace llmr::providers {
namespace {

using Think = RequestOptions::Think;

/// What Google's OpenAI endpoint makes of OpenAI's words, and back.
constexpr std::int64_t kLowBudget = 1024;
constexpr std::int64_t kMediumBudget = 8192;
constexpr std::int64_t kHighBudget = 24'576;
/// The model finds its own measure.
constexpr std::int64_t kDynamic = -1;

std::int64_t budget_for(const RequestOptions& options, const GeminiModel& model) {
    if (options.think == Think::off) return model.least_budget;
    std::int64_t budget = kDynamic;
    if (options.think_level == "low") budget = kLowBudget;
    if (options.think_level == "medium") budget = kMediumBudget;
    if (options.think_level == "high") budget = kHighBudget;
    if (options.think_budget) budget = std::max<std::int64_t>(*options.think_budget, 1);
    if (budget == kDynamic) return budget;
    return std::clamp(budget, std::max<std::int64_t>(model.least_budget, 1), model.most_budget);
}

/// Empty: the model's own default.
std::string_view level_for(const RequestOptions& options, const GeminiModel& model) {
    if (options.think == Think::off) return model.minimal_level ? "MINIMAL" : "LOW";
    std::string_view level = options.think_level;
    if (options.think_budget) {
        level = "high";
        if (*options.think_budget <= kMediumBudget) level = "medium";
        if (*options.think_budget <= kLowBudget) level = "low";
    }
    if (level == "low") return "LOW";
    if (level == "medium" && model.medium_level) return "MEDIUM";
    return level.empty() ? "" : "HIGH";
}

}  // namespace

bool write_thinking_config(JsonWriter& out, const RequestOptions& options,
                           const GeminiModel& model) {
    if (model.thinking == GeminiModel::Thinking::none) return !asks_to_think(options);
    if (options.think == Think::unset) return true;
    out.key("thinkingConfig").begin_object();
    if (model.thinking == GeminiModel::Thinking::budget)
        out.field("thinkingBudget", budget_for(options, model));
    else if (const auto level = level_for(options, model); !level.empty())
        out.field("thinkingLevel", level);
    if (asks_to_think(options)) out.field("includeThoughts", true);
    out.end_object();
    return true;
}

}  // namespace llmr::providers
