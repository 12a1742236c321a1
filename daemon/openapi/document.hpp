#pragma once

#include <string_view>

namespace llmr::daemon {

/// `openapi.json` of this folder, which is part of the program: the whole HTTP interface as an
/// OpenAPI 3.1 document. Lives as long as the process.
std::string_view openapi_document();

}  // namespace llmr::daemon
