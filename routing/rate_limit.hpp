#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace llmr::routing {

/// Looks a header of an answer up; empty if it is not there.
using HeaderLookup = std::function<std::string_view(std::string_view name)>;

/// How many seconds, rounded up, an upstream is to be left alone because its answer says that a
/// limit is used up: the longest wait among the limits whose `remaining` is 0 and whose `reset` is
/// known. At most a day. Nothing if no limit is used up.
/// Understood are x-ratelimit-{remaining,reset}-{requests,tokens} with durations ("6m0s", OpenAI,
/// vLLM gateways) or whole seconds (Azure), and anthropic-ratelimit-{requests,tokens,input-tokens,
/// output-tokens}-{remaining,reset} with RFC 3339 times; OpenRouter's X-RateLimit-{Remaining,Reset}
/// with a time in milliseconds. Azure's -1 means that it does not know.
std::optional<int> limited_for_seconds(const HeaderLookup& header, std::int64_t now_ms);

/// "12ms", "1s", "6m0s", "1h2m3.5s" in milliseconds, or a plain number of seconds. Nothing for
/// other text.
std::optional<std::int64_t> parse_reset_duration(std::string_view text);

}  // namespace llmr::routing
