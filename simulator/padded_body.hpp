#pragma once

#include <string>

#include "simulator/api.hpp"

namespace llmr::simulator {

/// Sends `padding` at once, and the reply's body when its tokens are due: how a server keeps a
/// connection alive that waits for a whole answer. The body becomes events, so it is chunked.
void pad_body(Reply& reply, std::string padding);

}  // namespace llmr::simulator
