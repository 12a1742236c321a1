#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace llmr::routing {

/// How many seconds an upstream asks to be left alone, rounded up: from its `Retry-After` (seconds
/// or an HTTP date) or, more exact, `retry-after-ms` (OpenAI, Azure). At most a day; a date that is
/// over is 0. Nothing if neither says anything.
std::optional<int> retry_after_seconds(std::string_view retry_after,
                                       std::string_view retry_after_ms, std::int64_t now_ms);

}  // namespace llmr::routing
