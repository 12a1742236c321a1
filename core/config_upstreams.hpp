#pragma once

#include <string>
#include <vector>

#include "core/config_option.hpp"

namespace llmr::config {

/// Makes Config::upstreams from the URLs and keys in `draft`: Ollama servers first, then "openai".
/// Needs Config::listen: a URL that leads back to this router is an error, or, where it came from
/// an alias (which clients of the router set to reach it), ignored with a warning.
void build_upstreams(Draft& draft, bool in_container, std::vector<std::string>& errors);

}  // namespace llmr::config
