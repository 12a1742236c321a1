#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmr {

/// Appends `text` as a quoted JSON string: escaped and repaired as JsonWriter promises.
void append_json_string(std::string& out, std::string_view text);

/// The text that the inside of a valid JSON string (without its quotes) stands for. Escapes that
/// are not valid come out as U+FFFD.
std::string unescape_json_string(std::string_view escaped);

struct UnicodeEscape {
    std::size_t length;                       ///< bytes it takes; 12 for a surrogate pair
    std::optional<std::uint32_t> code_point;  ///< nothing: not hexadecimal, or half a pair
};
/// The \uXXXX, or the pair of them, at the front of `text`, which begins with a backslash and a u.
UnicodeEscape read_unicode_escape(std::string_view text);

}  // namespace llmr
