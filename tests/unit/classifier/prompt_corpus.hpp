#pragma once

#include <span>
#include <string_view>

#include "core/types.hpp"

namespace llmr::classifier_test {

/// A prompt and the type a person would give it.
struct Prompt {
    QueryType type;
    std::string_view text;
};

/// Ordinary prompts in several languages, and look-alikes that substring rules get wrong.
std::span<const Prompt> corpus();

}  // namespace llmr::classifier_test
