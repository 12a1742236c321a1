#pragma once

#include "core/config_option.hpp"

/// Which upstream each model of the variables is at.
namespace llmr::config {

/// Fills external_models, embedding_model and the roles of Config, once the upstreams are known.
void resolve_models(Draft& draft);
/// The name of the upstream that a row of the catalogue stands for: its own, or that of
/// LLM_BASE_URL.
std::string_view upstream_name(const Provider& provider);
/// The providers that models are written with: "azure/gpt-4o" asks for Azure.
bool is_asked_for(const Draft& draft, const Provider& provider);

}  // namespace llmr::config
