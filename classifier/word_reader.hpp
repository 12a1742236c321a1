#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace llmr::classifier {

/// A word as the n-grams see it: folded, every run of digits the same.
struct ReadWord {
    static constexpr std::size_t kKept = 24;
    std::uint64_t hash = 0;
    std::array<std::uint16_t, kKept> letters;  ///< its first ones, as far as `length` says
    std::size_t length = 0;
    bool ideograph = false;  ///< one character of a script without gaps between words
    bool mark = false;       ///< a question mark, a colon or an empty line, not a word
};

/// Reads the words of several windows one after another. Holds views into the text.
class WordReader {
public:
    explicit WordReader(std::span<const std::string_view> windows) : windows_(windows) {}

    /// The next word; false at the end.
    bool next(ReadWord& word);

private:
    bool next_in(std::string_view text, ReadWord& word);
    bool read_letters(std::string_view text, ReadWord& word);
    bool read_wide(std::string_view text, ReadWord& word);

    std::span<const std::string_view> windows_;
    std::size_t window_ = 0;
    std::size_t at_ = 0;
};

}  // namespace llmr::classifier
