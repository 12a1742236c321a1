#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// What the simulated Anthropic knows of a model; derived from its name.
struct AnthropicModel {
    std::string name;   ///< with its date: what answers call it
    std::string alias;  ///< without: may be asked for as well
    std::string display_name;
    std::string created_at;
    std::int64_t context_length = 200'000;
    std::int64_t max_output = 64'000;

    explicit AnthropicModel(std::string_view model_name);
    bool is_called(std::string_view asked) const { return asked == name || asked == alias; }
};

}  // namespace llmr::simulator
