#pragma once

#include <string>
#include <string_view>

namespace llmr::daemon {

/// "gpt%2F4" as "gpt/4". What is no valid escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace llmr::daemon
