#pragma once

#include "core/config.hpp"
#include "core/json.hpp"
#include "routing/local_share.hpp"

namespace llmr::daemon {

/// The local share in percent: 100 with no queries, nobody has left.
double local_percent(std::int64_t total, std::int64_t external);

/// The members that say how the share stands, in its unit where it has one of its own. Into an
/// object that is open.
void write_share_state(JsonWriter& json, const routing::ShareSnapshot& share, ShareUnit unit);

}  // namespace llmr::daemon
