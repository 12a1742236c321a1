#pragma once

#include <string>

#include "core/error.hpp"
#include "core/upstream_config.hpp"

namespace llmr::providers {

/// What the operator can do about an upstream's error, naming the variables of its provider: "check
/// OPENAI_API_KEY; `llm-router check` tries it". Empty where there is nothing to say. `model`: the
/// upstream's own name of what was asked.
std::string advice_for(const Error& error, const UpstreamConfig& upstream, std::string_view model);

/// The error with that advice behind its message.
Error with_advice(Error error, const UpstreamConfig& upstream, std::string_view model);

}  // namespace llmr::providers
