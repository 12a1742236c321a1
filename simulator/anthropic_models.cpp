#include "simulator/anthropic_models.hpp"

#include <algorithm>
#include <array>

namespace llmr::simulator {
namespace {

struct Known {
    std::string_view alias;
    std::string_view display_name;
    std::int64_t max_output;
};
constexpr std::array kKnown{
    Known{"claude-sonnet-4-5", "Claude Sonnet 4.5", 64'000},
    Known{"claude-haiku-4-5", "Claude Haiku 4.5", 64'000},
    Known{"claude-opus-4-1", "Claude Opus 4.1", 32'000},
    Known{"claude-3-5-haiku", "Claude Haiku 3.5", 8'192},
};
constexpr std::size_t kDateDigits = 8;

/// "20250929" of "claude-sonnet-4-5-20250929"; empty if it has none.
std::string_view date_of(std::string_view name) {
    const auto dash = name.rfind('-');
    const auto date = dash == name.npos ? std::string_view() : name.substr(dash + 1);
    const bool digits =
        std::all_of(date.begin(), date.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && date.size() == kDateDigits ? date : std::string_view();
}

}  // namespace

AnthropicModel::AnthropicModel(std::string_view model_name)
    : name(model_name),
      alias(model_name),
      display_name(model_name),
      created_at("2025-01-01T00:00:00Z") {
    if (const auto date = date_of(model_name); !date.empty()) {
        alias = model_name.substr(0, model_name.size() - kDateDigits - 1);
        created_at = std::string(date.substr(0, 4)) + "-" + std::string(date.substr(4, 2)) + "-" +
                     std::string(date.substr(6)) + "T00:00:00Z";
    }
    for (const auto& known : kKnown) {
        if (known.alias == alias) {
            display_name = known.display_name;
            max_output = known.max_output;
        }
    }
}

}  // namespace llmr::simulator
