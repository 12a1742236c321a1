#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace llmr::classifier {

/// What a character is to the scanner.
enum class Glyph : std::uint8_t {
    letter,
    ideograph,  ///< of a script without word gaps, or matched as if: Han, kana, Hangul, Thai
    digit,
    space,
    mark,  ///< combining; part of the letter before it
    punctuation
};

/// One or two code points that stand for a character irrespective of case and accent; full-width
/// forms become ASCII.
struct Folded {
    char32_t first = 0;
    char32_t second = 0;
};

/// The code point at `at`, which moves past it. Invalid bytes come out as U+FFFD, one at a time.
char32_t decode(std::string_view text, std::size_t& at);

Folded fold(char32_t c);

Glyph glyph_of(char32_t folded);

/// Characters to a word in scripts without gaps, roughly.
constexpr unsigned letters_per_word(char32_t c) {
    return c >= 0x0E00 && c < 0x1800 ? 5 : 2;
}

}  // namespace llmr::classifier
