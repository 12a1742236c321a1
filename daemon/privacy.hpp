#pragma once

#include "core/local_only.hpp"
#include "daemon/request_context.hpp"

namespace llmr::daemon {

/// What keeps this request on this machine and its network, if anything does: the setting for all,
/// that of the client's key, or a header. Any value of the header counts, so that a typo sends
/// nothing out where nobody reports it.
LocalOnly local_only_of(const RequestContext& context);

/// Whether LLM_PRIVACY keeps an upstream from ever being used.
bool is_barred(const Config& config, const UpstreamConfig& upstream);

/// What a client that serves every request of a process obeys.
LocalOnly local_only_of(const Config& config);

}  // namespace llmr::daemon
