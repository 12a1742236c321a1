#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "classifier/cue.hpp"

namespace llmr::classifier {

/// What a verb such as "write" is to produce: the last fitting noun of the phrase after it.
enum class Product : std::uint8_t { none, program, prose, deep, summary, plan };

/// One sentence, or one line where a line ends first.
struct Sentence {
    CueSet cues = 0;   ///< of all its words outside quotation marks
    CueSet lead = 0;   ///< of its first content words: what it asks for if it is a request
    CueSet first = 0;  ///< of its very first word
    std::uint32_t words = 0;
    std::uint16_t numbers = 0;
    std::uint16_t number_words = 0;
    std::uint16_t quantities = 0;
    std::uint16_t logic_words = 0;
    std::uint16_t math_words = 0;
    std::uint16_t math_marks = 0;
    std::uint16_t code_strong = 0;
    std::uint16_t code_weak = 0;
    std::uint16_t code_marks = 0;
    std::uint16_t entities = 0;
    std::uint16_t deep_words = 0;
    std::uint16_t hard_words = 0;
    std::uint16_t constraints = 0;
    std::uint16_t quoted_words = 0;
    Product product = Product::none;
    char end = 0;  ///< '.', '?', '!', ':', '\n' or 0 at the end of the text
    bool starts_line = false;
    bool starts_block = false;  ///< first line, or after an empty one
};

/// Adds counts and cues; `end` and the line marks stay those of `into`.
void merge(Sentence& into, const Sentence& from);

/// A text as the rest of the classifier sees it: its first and last sentences and totals.
struct Scan {
    static constexpr std::size_t kKept = 6;
    std::array<Sentence, kKept> head{};
    std::array<Sentence, kKept> tail{};  ///< ring: sentence i is at i % kKept
    std::uint32_t sentences = 0;
    Sentence total;
    std::uint32_t questions = 0;
    std::uint32_t requests = 0;  ///< sentences that begin with a verb of doing
    std::uint32_t lines = 0;
    std::uint32_t options = 0;  ///< "A) ..." and the like
    std::uint32_t fences = 0;
    std::uint32_t fence_words = 0;
    std::uint32_t short_quotes = 0;
    bool latex = false;
    bool arithmetic = false;  ///< digits with an operator between them

    const Sentence& sentence(std::uint32_t i) const {
        return i < kKept ? head[i] : tail[i % kKept];
    }
    /// Whether sentence `i` is still kept.
    bool keeps(std::uint32_t i) const { return i < kKept || i + kKept >= sentences; }
};

/// Takes the sentences of a text apart, one window of it after another. One pass, no allocation.
Scan scan(const std::string_view* windows, std::size_t count);
Scan scan(std::string_view text);

}  // namespace llmr::classifier
