#pragma once

#include <string>

#include "providers/request_options.hpp"

namespace llmr::providers {

/// Asks in words for the format of the answer, behind what `system` says, for models that have no
/// switch for it. Nothing is added where the client wants text.
void add_format_instruction(std::string& system, const RequestOptions& options);

}  // namespace llmr::providers
