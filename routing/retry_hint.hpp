#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace llmr::routing {

/// An expected wait as seconds for our own Retry-After: 1 to 3600, an estimate beyond helps nobody.
inline int retry_hint_seconds(std::chrono::microseconds wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 3600));
}

}  // namespace llmr::routing
