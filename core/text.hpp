#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmr {

/// ASCII-only case folding; other bytes are untouched.
std::string to_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
/// Splits at `separator`, trims each part, drops empty ones.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

/// Valid UTF-8: invalid bytes become U+FFFD. Returns the input unchanged if it was valid.
std::string repair_utf8(std::string_view text);

/// Levenshtein distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// Up to `limit` of `names`, nearest first (case-insensitive edit distance, then prefix match);
/// names too far off to be meant are left out. A missing or wrong tag ("mistral" for "mistral:7b")
/// or vendor prefix does not count as distance.
std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& names,
                                       std::size_t limit = 3);

/// Tokens a text will probably come to, as TokenEstimator (tokens.hpp) counts them.
std::int64_t estimate_tokens(std::string_view text);

/// Standard base64 with padding.
std::string base64_encode(std::string_view bytes);
/// False, and `out` empty, if the text is not valid padded base64.
bool base64_decode(std::string_view text, std::string& out);

/// "2026-01-31T12:00:00.123Z" from UTC milliseconds; held within the years 0 to 9999.
std::string iso8601(std::int64_t utc_ms);

}  // namespace llmr
