#pragma once

#include <simdjson.h>

#include "core/chat_request.hpp"
#include "core/error.hpp"

namespace llmr {

/// The query in one line of a JSON Lines file: {"prompt": text} or {"messages": [{"role",
/// "content"}]} with contents of text or of parts, and, if there are any, "tools" and
/// "response_format". A view into the parsed line. Errors: missing_parameter, invalid_parameter,
/// with what is wrong.
Result<ChatRequest> read_query_line(simdjson::dom::element line);

}  // namespace llmr
