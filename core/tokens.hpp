#pragma once

#include <cstdint>
#include <string_view>

namespace llmr {

/// Counts the tokens a text will probably come to, in pieces: a stream's deltas cost together what
/// the whole text would. An estimate for the tokenizers of today's large models; docs/prices.md has
/// its measured error. Linear time, no allocation, never decreasing. Pieces end between characters.
class TokenEstimator {
public:
    void add(std::string_view text);
    /// Of everything added so far, to the nearest; something is never nothing.
    std::int64_t tokens() const {
        return cost_ > 0 && cost_ < kUnit ? 1 : (cost_ + kUnit / 2) / kUnit;
    }

private:
    static constexpr std::int64_t kUnit = 64;  ///< cost of a token
    /// What the last character was part of.
    enum class Run : std::uint8_t {
        none,
        word,
        digits,
        blank,
        blanks,
        newline,
        punctuation,
        ideographs
    };

    void letter(bool upper);
    std::size_t small_letters(std::string_view text);
    void digit();
    void space(char c);
    void punctuation();
    void wide(unsigned lead, unsigned second);
    void other(unsigned lead, unsigned second);

    std::int64_t cost_ = 0;
    Run run_ = Run::none;
    bool lower_ = false;       ///< the last letter was a small one
    bool accented_ = false;    ///< the word has a letter beyond ASCII
    std::int32_t length_ = 0;  ///< of the run, in characters
};

}  // namespace llmr
