#pragma once

#include <string>
#include <vector>

#include "core/config_option.hpp"

namespace llmr::config {

/// Makes Config::upstreams from the URLs and keys in `draft`: Ollama servers first, then those of
/// the catalogue in its order, then those for embeddings alone.
/// Needs Config::listen: a URL that leads back to this router is an error, or, where it came from
/// an alias (which clients of the router set to reach it), ignored with a warning.
void build_upstreams(Draft& draft, bool in_container, std::vector<std::string>& errors);

/// A setting for an upstream that does not exist would be one that nobody has.
void check_upstream_name(std::string_view variable, std::string_view name, const Config& config,
                         std::vector<std::string>& errors);

}  // namespace llmr::config
