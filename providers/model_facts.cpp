#include "providers/model_facts.hpp"

#include <array>

namespace llmr::providers {
namespace {

struct Row {
    std::string_view prefix;
    ModelFacts facts;
};

constexpr ModelFacts kReasoningModel{true, true, false, false};
constexpr ModelFacts kPlainModel{false, false, true, false};

// Limits and thinking by https://docs.anthropic.com/en/docs/about-claude/models.
constexpr ModelFacts kClaude3{false, false, false, false, false, 4096};
constexpr ModelFacts kClaude35{false, false, false, false, false, 8192};

constexpr std::array kRows{
    Row{"claude-3-5", kClaude35}, Row{"claude-3-7", {}},
    Row{"claude-3", kClaude3},    Row{"claude-2", kClaude3},
    Row{"o1", kReasoningModel},   Row{"o3", kReasoningModel},
    Row{"o4", kReasoningModel},   Row{"gpt-5", kReasoningModel},
    Row{"gpt-3", kPlainModel},    Row{"gpt-4", kPlainModel},
    Row{"chatgpt-", kPlainModel}, Row{"deepseek", {false, false, false, true}},
};

}  // namespace

ModelFacts model_facts(std::string_view model) {
    const std::size_t slash = model.rfind('/');
    if (slash != std::string_view::npos) model.remove_prefix(slash + 1);
    for (const Row& row : kRows) {
        if (model.starts_with(row.prefix)) return row.facts;
    }
    return {};
}

}  // namespace llmr::providers
