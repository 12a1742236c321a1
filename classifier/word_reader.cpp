#include "classifier/word_reader.hpp"

#include "classifier/unicode.hpp"

namespace llmr::classifier {
namespace {

constexpr std::uint64_t kSeed = 0xcbf29ce484222325ULL;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t letter) {
    hash = (hash ^ letter) * 0x9fb21c651e98df25ULL;
    return hash ^ (hash >> 32);
}

void add(ReadWord& word, char32_t letter) {
    word.hash = mixed(word.hash, letter);
    if (word.length < ReadWord::kKept)
        word.letters[word.length++] = static_cast<std::uint16_t>(letter ^ (letter >> 16));
}

bool is_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void begin(ReadWord& word) {
    word.hash = kSeed;
    word.length = 0;
    word.ideograph = false;
    word.mark = false;
}

bool take_mark(ReadWord& word, char32_t mark) {
    begin(word);
    word.hash = mixed(kSeed, mark);
    word.mark = true;
    return true;
}

}  // namespace

bool WordReader::next(ReadWord& word) {
    while (window_ < windows_.size()) {
        if (next_in(windows_[window_], word)) return true;
        ++window_;
        at_ = 0;
    }
    return false;
}

bool WordReader::next_in(std::string_view text, ReadWord& word) {
    std::size_t& at = at_;
    while (at < text.size()) {
        const char c = text[at];
        if (is_letter(c)) return read_letters(text, word);
        if (is_digit(c)) {
            while (at < text.size() && is_digit(text[at]))
                ++at;
            begin(word);
            add(word, '0');
            return true;
        }
        if (static_cast<unsigned char>(c) >= 0x80) {
            if (read_wide(text, word)) return true;
            continue;
        }
        ++at;
        if (c == '?' || c == ':') return take_mark(word, static_cast<char32_t>(c));
        if (c == '\n' && at < text.size() && text[at] == '\n') {
            while (at < text.size() && text[at] == '\n')
                ++at;
            return take_mark(word, '\n');
        }
    }
    return false;
}

bool WordReader::read_letters(std::string_view text, ReadWord& word) {
    std::size_t& at = at_;
    begin(word);
    while (at < text.size()) {
        const char c = text[at];
        if (is_letter(c)) {
            add(word, static_cast<char32_t>(c | 32));
            ++at;
        } else if (c == '\'' && at + 1 < text.size() && is_letter(text[at + 1])) {
            ++at;
        } else if (static_cast<unsigned char>(c) < 0x80) {
            break;
        } else {
            std::size_t next = at;
            const Folded folded = fold(decode(text, next));
            const Glyph glyph = glyph_of(folded.first);
            if (folded.first == 0x2019) {  // the typographic apostrophe
                at = next;
                continue;
            }
            if (glyph != Glyph::letter && glyph != Glyph::mark) break;
            at = next;
            if (glyph == Glyph::mark) continue;
            add(word, folded.first);
            if (folded.second != 0) add(word, folded.second);
        }
    }
    return true;
}

/// A word that begins beyond ASCII. False if what stands here is none; it is passed over.
bool WordReader::read_wide(std::string_view text, ReadWord& word) {
    std::size_t next = at_;
    const Folded folded = fold(decode(text, next));
    switch (glyph_of(folded.first)) {
        case Glyph::letter:
            return read_letters(text, word);
        case Glyph::ideograph:
            at_ = next;
            begin(word);
            add(word, folded.first);
            word.ideograph = true;
            return true;
        case Glyph::digit:
            at_ = next;
            begin(word);
            add(word, '0');
            return true;
        default:
            at_ = next;
            if (folded.first == '?' || folded.first == 0x61F) return take_mark(word, '?');
            if (folded.first == ':') return take_mark(word, ':');
            return false;
    }
}

}  // namespace llmr::classifier
