#pragma once

#include <string>
#include <string_view>

namespace llmr::simulator {

/// USD per token.
struct TokenPrice {
    double prompt = 0;
    double completion = 0;
};

/// What the simulated OpenRouter asks for a model; ":free" ones cost nothing, unknown ones what a
/// small model costs.
TokenPrice openrouter_price(std::string_view model);
/// A price as its lists write it: "0.0000025", never with an exponent.
std::string decimal_text(double price);

}  // namespace llmr::simulator
