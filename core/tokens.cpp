#include "core/tokens.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace llmr {
namespace {

// In 1/64 of a token; fitted by least squares to what o200k_base makes of English, German, Chinese
// and code, and rounded (tests/tools/measure_tokens.py shows what is left as error).
constexpr std::int64_t kWord = 66;  // a word of usual length is one token
constexpr std::int32_t kUsualLetters = 8;
constexpr std::int64_t kFurtherLetter = 12;  // longer ones are compounds
constexpr std::int64_t kAccent = 80;         // words with accents fall apart,
constexpr std::int64_t kUmlaut = 172;        // those with umlauts more so
constexpr std::int32_t kDigitGroup = 3;
constexpr std::int64_t kDigits = 68;
constexpr std::int64_t kBlankBeforeDigit = 64;  // joins a word, but never a number
constexpr std::int64_t kIndent = 64;
constexpr std::int64_t kFurtherBlank = 1;
constexpr std::int64_t kNewline = 26;
constexpr std::int64_t kPunctuation = 42;
constexpr std::int64_t kFurtherPunctuation = 17;
constexpr std::int32_t kRule = 4;  // "=====" and the like have tokens of their own
constexpr std::int64_t kRulePunctuation = 4;
constexpr std::int64_t kIdeographs = 56;  // what a run of them costs beyond its characters
constexpr std::int64_t kIdeograph = 46;
constexpr std::int64_t kKana = 46;
constexpr std::int64_t kCyrillic = 19;
constexpr std::int64_t kForeignLetter = 24;  // Greek, Arabic, Devanagari, ...
constexpr std::int64_t kSymbol = 76;

enum Class : std::uint8_t { small, capital, number, white, mark, continuation, multibyte };

constexpr auto kClassOf = [] {
    std::array<Class, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        if (byte >= 'a' && byte <= 'z')
            table[byte] = small;
        else if (byte >= 'A' && byte <= 'Z')
            table[byte] = capital;
        else if (byte >= '0' && byte <= '9')
            table[byte] = number;
        else if (byte <= ' ' || byte == 0x7f)
            table[byte] = white;
        else if (byte < 0x80)
            table[byte] = mark;
        else
            table[byte] = byte < 0xc0 ? continuation : multibyte;
    }
    return table;
}();

/// The second byte of ä, ö, ü, ß and their capitals.
bool is_umlaut(unsigned second) {
    return second == 0xa4 || second == 0xb6 || second == 0xbc || second == 0x9f || second == 0x84 ||
           second == 0x96 || second == 0x9c;
}

}  // namespace

void TokenEstimator::letter(bool upper) {
    const bool begins = run_ != Run::word || (upper && lower_);  // camelCase
    if (begins) {
        cost_ += kWord;
        length_ = 0;
        accented_ = false;
    }
    if (++length_ > kUsualLetters) cost_ += kFurtherLetter;
    run_ = Run::word;
    lower_ = !upper;
}

/// As many small letters as follow each other: most of a text. The first one may begin a word.
std::size_t TokenEstimator::small_letters(std::string_view text) {
    letter(false);
    std::size_t count = 1;
    while (count < text.size() && kClassOf[static_cast<unsigned char>(text[count])] == small)
        ++count;
    const std::int32_t before = std::max(length_, kUsualLetters);
    length_ += static_cast<std::int32_t>(count - 1);
    if (length_ > before) cost_ += (length_ - before) * kFurtherLetter;
    return count;
}

void TokenEstimator::digit() {
    if (run_ == Run::blank) cost_ += kBlankBeforeDigit;
    if (run_ != Run::digits) length_ = 0;
    if (length_++ % kDigitGroup == 0) cost_ += kDigits;
    run_ = Run::digits;
}

void TokenEstimator::space(char c) {
    if (c == '\n' || c == '\r') {
        if (run_ != Run::newline) cost_ += kNewline;
        run_ = Run::newline;
        return;
    }
    switch (run_) {
        case Run::blank:  // a single one belongs to the word after it, a run is a token
            cost_ += kIndent;
            run_ = Run::blanks;
            return;
        case Run::blanks:
            cost_ += kFurtherBlank;
            return;
        default:
            run_ = Run::blank;
    }
}

void TokenEstimator::punctuation() {
    if (run_ != Run::punctuation) {
        cost_ += kPunctuation;
        length_ = 0;
    } else {
        cost_ += ++length_ > kRule ? kRulePunctuation : kFurtherPunctuation;
    }
    run_ = Run::punctuation;
}

/// Chinese, Japanese, Korean, and their punctuation.
void TokenEstimator::wide(unsigned lead, unsigned second) {
    const bool full_stop = (lead == 0xe3 && second == 0x80) || lead == 0xef;
    if (full_stop) {  // costs nothing but the run it ends
        if (run_ == Run::punctuation) cost_ += kFurtherPunctuation;
        run_ = Run::punctuation;
        length_ = 0;
        return;
    }
    const bool kana = lead == 0xe3 && second >= 0x81 && second <= 0x83;
    if (run_ != Run::ideographs) cost_ += kIdeographs;
    cost_ += kana ? kKana : kIdeograph;
    run_ = Run::ideographs;
}

void TokenEstimator::other(unsigned lead, unsigned second) {
    if (lead >= 0xe3 && lead <= 0xef && lead != 0xee) return wide(lead, second);
    const bool vietnamese = lead == 0xc6 || (lead == 0xe1 && (second == 0xba || second == 0xbb));
    if (vietnamese) return letter(false);  // its syllables are tokens
    if (lead >= 0xc3 && lead <= 0xc9) {
        letter(lead == 0xc3 && second < 0x9f);
        if (!accented_) cost_ += lead == 0xc3 && is_umlaut(second) ? kUmlaut : kAccent;
        accented_ = true;
        return;
    }
    run_ = Run::none;
    if (lead >= 0xd0 && lead <= 0xd3)
        cost_ += kCyrillic;
    else
        cost_ += lead >= 0xca && lead <= 0xe1 ? kForeignLetter : kSymbol;
}

void TokenEstimator::add(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        switch (kClassOf[byte]) {
            case small:
                at += small_letters(text.substr(at)) - 1;
                break;
            case capital:
                letter(true);
                break;
            case number:
                digit();
                break;
            case white:
                space(text[at]);
                break;
            case mark:
                punctuation();
                break;
            case multibyte:
                if (at + 1 < text.size()) other(byte, static_cast<unsigned char>(text[at + 1]));
                break;
            case continuation:
                break;
        }
    }
}

std::int64_t estimate_tokens(std::string_view text) {
    TokenEstimator estimator;
    estimator.add(text);
    return estimator.tokens();
}

}  // namespace llmr
