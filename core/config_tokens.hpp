#pragma once

#include <string>
#include <vector>

#include "core/config_option.hpp"

/// Which way to an access token the variables describe.
namespace llmr::config {

/// For an Azure upstream; `has_key`: it has keys of its own. kind none: the keys it is. Errors:
/// what LLM_AZURE_AUTH asks for and lacks.
TokenSource azure_token(const EntraDraft& draft, bool has_key, std::vector<std::string>& errors);
/// For Vertex AI.
TokenSource vertex_token(const VertexDraft& draft, std::vector<std::string>& errors);

}  // namespace llmr::config
