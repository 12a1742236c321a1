#pragma once

#include "core/upstream_config.hpp"
#include "net/executor.hpp"
#include "providers/token_request.hpp"

namespace llmr::daemon {

class Worker;

/// Asks the identity service of an upstream for a token. What LLM_PRIVACY forbids is not asked; a
/// metadata service is never reached through a proxy. Errors: as token_request and read_token, and
/// what the connection may come to.
net::Task<Result<providers::AccessToken>> fetch_token(Worker& worker, std::size_t upstream_index);

}  // namespace llmr::daemon
