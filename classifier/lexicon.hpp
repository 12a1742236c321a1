#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "classifier/cue.hpp"

namespace llmr::classifier {

/// Words that share their cues. `words` is separated by white space; a phrase of two or three words
/// is joined by '_'. Written in any case and with or without accents: both sides are folded.
struct CueWords {
    CueSet cues;
    std::string_view words;
};

/// The vocabularies, one table per language family, each in its own file.
std::span<const CueWords> english_requests();
std::span<const CueWords> english_subjects();
std::span<const CueWords> english_phrases();
std::span<const CueWords> known_words();
std::span<const CueWords> code_words();
std::span<const CueWords> european_words();
std::span<const CueWords> further_languages();
std::span<const CueWords> asian_words();

/// 64-bit fingerprint of a folded word, fed one code point at a time.
class Fingerprint {
public:
    void add(char32_t folded) {
        value_ = (value_ ^ folded) * 0x100000001b3ULL;
        value_ ^= value_ >> 29;
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

/// The fingerprint of a phrase from those of its halves.
constexpr std::uint64_t join(std::uint64_t left, std::uint64_t right) {
    return (left * 0x9e3779b97f4a7c15ULL) ^ (right + (left >> 17));
}

/// Set for a word that says nothing by itself but is no misspelling of one that does.
inline constexpr CueSet kKnownWord = CueSet{1} << 62;

/// Set for a word that begins a phrase of the lexicon; the scanner then tries the longer one.
inline constexpr CueSet kStartsPhrase = CueSet{1} << 63;

inline constexpr CueSet kCueMask = (CueSet{1} << 60) - 1;

/// All vocabularies in one hash table, built once. Immutable, so shared by all threads.
class Lexicon {
public:
    static const Lexicon& instance();
    /// Another one, built anew; to measure what that takes.
    static std::unique_ptr<const Lexicon> fresh();

    /// The cues of a folded word or phrase with the marks above, 0 if it is not in the lexicon.
    CueSet find(std::uint64_t fingerprint) const;
    /// The cues of a lexicon word one slip of the finger away from `word` (ASCII lower case, 5 to
    /// 14 letters, same first letter): two neighbours swapped, or from 6 letters on one letter
    /// missing, added or wrong but for the last. 0 if there is none.
    CueSet find_misspelt(std::string_view word) const;
    /// Whether any word of a script without spaces begins with this character.
    bool starts_word(char32_t folded) const {
        return (first_[(folded >> 6) & 1023] >> (folded & 63) & 1) != 0;
    }

private:
    struct Slot {
        std::uint64_t fingerprint = 0;
        CueSet cues = 0;
    };
    static constexpr std::size_t kSlots = 16384;
    static constexpr std::size_t kMaxSpellings = 3072;

    Lexicon();
    void add(std::span<const CueWords> table);
    void add_phrase(std::string_view phrase, CueSet cue_set);
    void insert(std::uint64_t fingerprint, CueSet cue_set);
    void add_spelling(std::string_view word);
    void index_spellings();

    Slot slots_[kSlots];
    std::uint64_t first_[1024] = {};
    std::string_view spellings_[kMaxSpellings];  ///< ordered by first letter, then length
    /// Of each spelling, a bit per letter that occurs: dismisses most at a glance.
    std::uint32_t spelling_letters_[kMaxSpellings] = {};
    std::size_t spelling_count_ = 0;
    std::uint16_t spelling_index_[26][16] = {};  ///< where a (first letter, length) group begins
};

}  // namespace llmr::classifier
