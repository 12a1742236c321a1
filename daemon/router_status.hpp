#pragma once

#include <string>

#include "daemon/worker.hpp"

namespace llmr::daemon {

/// The body of GET /router/status: share, ledger, and each upstream with its models, queues and
/// breakers (those of this worker's thread). Reads memory only. On the worker's thread.
std::string router_status(Worker& worker);

}  // namespace llmr::daemon
