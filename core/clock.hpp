#pragma once

#include <chrono>
#include <cstdint>

namespace llmr {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Milliseconds since 1970 in UTC, as the ledger stores them.
inline std::int64_t utc_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

inline SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}

inline std::int64_t micros_between(SteadyTime from, SteadyTime to) {
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

}  // namespace llmr
