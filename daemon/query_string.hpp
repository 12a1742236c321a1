#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace llmr::daemon {

/// Decoded parameters of a URL query. Unknown names are an error of the endpoint, not ignored.
using QueryParams = std::map<std::string, std::string, std::less<>>;
/// Errors: invalid_parameter for a malformed query or a name that is not in `known`.
Result<QueryParams> parse_query(std::string_view query,
                                std::initializer_list<std::string_view> known);

/// "24h", "7d", "90m", "all" or an ISO date ("2026-01-31") -> UTC milliseconds; 0 for all.
Result<std::int64_t> parse_since(std::string_view text, std::int64_t now_ms);

}  // namespace llmr::daemon
