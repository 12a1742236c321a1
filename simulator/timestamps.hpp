#pragma once

#include <string_view>

namespace llmr::simulator {

/// The present in UTC with 9 fractional digits, "2026-01-31T12:00:00.123456789Z". Valid until the
/// next call in this thread.
std::string_view rfc3339_now();

}  // namespace llmr::simulator
