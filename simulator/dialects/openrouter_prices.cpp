#include "simulator/dialects/openrouter_prices.hpp"

#include <array>

#include <fmt/format.h>

namespace llmr::simulator {
namespace {

struct Row {
    std::string_view model;
    TokenPrice price;
};
constexpr TokenPrice kSmall{0.15e-6, 0.6e-6};
constexpr std::array kRows{
    Row{"openai/gpt-4o-mini", kSmall},
    Row{"openai/gpt-4o", {2.5e-6, 10e-6}},
    Row{"anthropic/claude-sonnet-4.5", {3e-6, 15e-6}},
    Row{"deepseek/deepseek-r1", {0.4e-6, 2e-6}},
    Row{"openai/text-embedding-3-small", {0.02e-6, 0}},
};

}  // namespace

TokenPrice openrouter_price(std::string_view model) {
    if (model.ends_with(":free")) {
        return {};
    }
    for (const auto& row : kRows) {
        if (row.model == model) {
            return row.price;
        }
    }
    return kSmall;
}

std::string decimal_text(double price) {
    auto text = fmt::format("{:.10f}", price);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace llmr::simulator
