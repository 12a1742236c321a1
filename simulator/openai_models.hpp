#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// What the simulated OpenAI knows of a model; derived from its name.
struct OpenAiModel {
    std::string name;
    std::string snapshot;  ///< what answers call it: "gpt-4o-mini-2024-07-18"
    std::int64_t created = 0;
    std::int64_t context_length = 128'000;
    int embedding_length = 0;  ///< not 0: it embeds and does not chat
    bool reasons = false;      ///< spends hidden reasoning tokens

    explicit OpenAiModel(std::string_view model_name);
};

}  // namespace llmr::simulator
