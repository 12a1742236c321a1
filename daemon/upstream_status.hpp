#pragma once

#include "core/json.hpp"
#include "daemon/services.hpp"

namespace llmr::daemon {

/// What discovery last saw of an upstream; of one it has not come to, that.
UpstreamHealth health_of(const Landscape& landscape, std::size_t upstream_index);

/// Name, dialect, local, status (up, down, unchecked, not used), version and error, into the object
/// that is open.
void write_upstream_state(JsonWriter& json, const UpstreamConfig& upstream,
                          const UpstreamHealth& seen);

}  // namespace llmr::daemon
