#pragma once

#include <string>
#include <string_view>

namespace llmr::routing {

/// The one spelling under which two names of the same Ollama model are equal: lower case, without
/// "registry.ollama.ai/" and "library/", tag ":latest" if none is given. "Library/Mistral" ->
/// "mistral:latest".
std::string canonical_name(std::string_view name);

/// `name` with ":latest" appended if it has no tag; otherwise as it is.
std::string with_tag(std::string_view name);

/// Ollama runs it in its cloud: tag "cloud" or a tag that ends in "-cloud".
bool is_cloud_name(std::string_view name);

/// Billions of parameters from text such as "7.2B", "137M", "8x7B"; 0 if it is no such text.
double parse_parameter_size(std::string_view text);

/// The same, looked for among the parts of a name: "qwen2.5-coder:7b-instruct-q4_K_M" -> 7.
double parameter_size_in_name(std::string_view name);

}  // namespace llmr::routing
