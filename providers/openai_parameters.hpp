#pragma once

#include <optional>
#include <string_view>

#include "providers/model_facts.hpp"
#include "providers/request_options.hpp"

/// Parameters that OpenAI's two dialects say alike.
namespace llmr::providers {

/// "none", "auto" or "required"; empty for what is no word.
std::string_view tool_choice_word(ToolChoice choice);

/// How much the model is to think; nothing if it is not to be told. A model that is known to think
/// cannot be switched off, so "off" asks for the least; one that is known to refuse the parameter
/// is left alone.
std::optional<std::string_view> effort_for(const RequestOptions& options, const ModelFacts& facts);

/// Moves to `ignored` what only local servers have: top_k, min_p, repeat_penalty.
void drop_local_sampling(Dialect client, RequestOptions& options);

}  // namespace llmr::providers
