#pragma once

#include <string>
#include <string_view>

namespace llmr::providers {

/// The path and query of Azure OpenAI's dated API for what `path` ("/chat/completions") is in
/// OpenAI's: the deployment stands in the path, but for /responses and /models, which have none.
/// To be appended to https://RESOURCE.openai.azure.com/openai.
/// Source: Azure OpenAI REST API reference.
std::string azure_path(std::string_view path, std::string_view deployment,
                       std::string_view api_version);

/// Whether that version knows stream_options; those before 2024-09-01-preview refuse it.
bool azure_knows_stream_options(std::string_view api_version);

}  // namespace llmr::providers
