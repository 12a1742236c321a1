#pragma once

#include <string>

#include "core/error.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

class Worker;

/// Asks a model for the shortest answer there is and says what it came to: "9 tokens in, 1 out,
/// $0.000002". Costs money. Errors: the upstream's, with advice.
net::Task<Result<std::string>> ask_live(Worker& worker, std::size_t upstream_index,
                                        std::string model, bool embeds);

}  // namespace llmr::daemon
