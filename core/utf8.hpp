#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace llmr {

/// U+FFFD, what stands for bytes that are not UTF-8.
inline constexpr const char* kReplacementCharacter = "\xEF\xBF\xBD";

/// One step through text: a whole character, or the longest piece of a broken one.
struct Utf8Step {
    std::size_t length;  ///< bytes to advance, at least 1
    bool valid;          ///< false: the piece stands for one U+FFFD
};

/// What begins at `text` (text < end). Overlong forms, surrogates and values above U+10FFFF are
/// invalid; broken sequences are cut as in the Unicode Standard, section 3.9 (maximal subparts).
Utf8Step utf8_step(const char* text, const char* end);

/// Appends `code_point` (at most 0x10FFFF) as UTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace llmr
