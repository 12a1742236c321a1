#pragma once

#include <array>
#include <string_view>

#include "classifier/lexicon.hpp"
#include "classifier/scan.hpp"
#include "classifier/unicode.hpp"

namespace llmr::classifier {

/// The state of one pass over a text; scan() is its only user.
class Scanner {
public:
    explicit Scanner(Scan& out) : out_(out), lexicon_(Lexicon::instance()) {}

    void feed(std::string_view window);
    void finish();

private:
    // scanner.cpp: characters
    void feed_ascii_punctuation(char c);
    void feed_wide_punctuation(char32_t c);
    void end_line();
    void begin_line();
    bool skip_fence();
    bool skip_quote(std::string_view closing);
    void skip_inline_code();
    void mark_code(unsigned weight);
    void mark_operator(char c);
    void mark_dollar();
    char peek(std::size_t ahead = 1) const;

    // scanner_words.cpp: words
    void feed_word();
    void feed_number();
    void feed_ideographs();
    CueSet match_ideographs(std::size_t& end) const;
    void begin_sentence();
    void note_code_word(std::string_view word, std::size_t begin);
    CueSet find_variant(std::string_view spelling);
    void take_word(std::uint64_t fingerprint, std::string_view spelling);
    CueSet take_phrases(std::uint64_t fingerprint, CueSet alone);
    void note_cues(CueSet found);
    void note_lead(CueSet found);
    void note_product(CueSet found);
    void take_back_code(CueSet word);
    void end_sentence(char end);
    void note_code_line(std::string_view word);
    void note_option(std::string_view word);

    /// A word as it is read, folded.
    struct Word {
        Fingerprint print;
        char letters[16];
        std::size_t length = 0;
        bool plain = true;  ///< ASCII letters only, all of them in `letters` if they fit

        /// Takes the character at `at` and moves on; false if it ends the word.
        bool add(std::string_view text, std::size_t& at);
        /// The same for as many ASCII letters as follow each other.
        void add_letters(std::string_view text, std::size_t& at);
    };

    static constexpr std::size_t kPhrase = 4;  ///< longest phrase in words

    Scan& out_;
    const Lexicon& lexicon_;
    std::string_view text_;
    std::size_t at_ = 0;
    Sentence now_;
    std::array<std::uint64_t, kPhrase> chains_{};  ///< fingerprints of the last 1, 2, 3 words ...
    std::size_t open_chains_ = 0;                  ///< how many of them may grow into a phrase
    CueSet previous_ = 0;                          ///< cues of the word before
    unsigned content_words_ = 0;
    bool seeking_product_ = false;
    unsigned words_since_verb_ = 0;
    std::uint32_t product_word_ = 0;  ///< where in the sentence the product was named
    bool at_line_start_ = true;
    bool block_start_ = true;
    bool first_of_line_ = true;  ///< no word seen on this line yet
    bool after_digit_ = false;   ///< the last thing seen was a number
    bool short_word_ = false;    ///< the last word had at most two letters
    unsigned misspelt_tries_ = 0;
};

}  // namespace llmr::classifier
