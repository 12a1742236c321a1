#include "classifier/lexicon.hpp"

#include <algorithm>

#include "classifier/unicode.hpp"

namespace llmr::classifier {
namespace {

constexpr std::size_t kMinSpelling = 5;
constexpr std::size_t kMaxSpelling = 14;

bool is_plain(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_joint(char c) {
    return c == '_' || c == '-' || c == '.' || c == '\'' || c == ';';
}

std::uint64_t fingerprint_of(std::string_view word) {
    Fingerprint print;
    for (std::size_t at = 0; at < word.size();) {
        const Folded folded = fold(decode(word, at));
        print.add(folded.first);
        if (folded.second != 0) print.add(folded.second);
    }
    return print.value();
}

std::uint32_t letters_of(std::string_view word) {
    std::uint32_t set = 0;
    for (char c : word)
        set |= 1U << (c - 'a');
    return set;
}

/// Quicker than std::popcount, which is a library call on baseline x86-64.
bool more_than_two_bits(std::uint32_t bits) {
    bits &= bits - 1;
    bits &= bits - 1;
    return bits != 0;
}

/// One slip apart: neighbours swapped, or (`any_slip`) one letter missing, added or wrong. The last
/// letter must be right: words that differ there are mostly different words or other forms.
bool one_slip(std::string_view a, std::string_view b, bool any_slip) {
    if (a.back() != b.back()) return false;
    if (a.size() > b.size()) std::swap(a, b);
    std::size_t i = 0;
    while (i < a.size() && a[i] == b[i])
        ++i;
    if (a.size() == b.size()) {
        const std::size_t rest = std::min(i + 1, a.size());
        const bool swapped = i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i];
        if (swapped) return a.substr(i + 2) == b.substr(i + 2);
        return any_slip && a.substr(rest) == b.substr(rest);
    }
    return any_slip && a.substr(i) == b.substr(i + 1);
}

}  // namespace

std::unique_ptr<const Lexicon> Lexicon::fresh() {
    return std::unique_ptr<const Lexicon>(new Lexicon);
}

const Lexicon& Lexicon::instance() {
    static const Lexicon lexicon;
    return lexicon;
}

Lexicon::Lexicon() {
    add(english_requests());
    add(english_subjects());
    add(english_phrases());
    add(known_words());
    add(code_words());
    add(european_words());
    add(further_languages());
    add(asian_words());
    index_spellings();
}

void Lexicon::add(std::span<const CueWords> table) {
    for (const CueWords& row : table) {
        std::string_view rest = row.words;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            if (end > 0) add_phrase(rest.substr(0, end), row.cues);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

void Lexicon::add_phrase(std::string_view phrase, CueSet cue_set) {
    std::uint64_t chain = 0;
    bool first = true;
    for (std::string_view rest = phrase; !rest.empty();) {
        std::size_t end = 0;
        while (end < rest.size() && !is_joint(rest[end]))
            ++end;
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (word.empty()) continue;
        if (!first) insert(chain, kStartsPhrase);
        chain = first ? fingerprint_of(word) : join(chain, fingerprint_of(word));
        first = false;
    }
    insert(chain, cue_set);
    std::size_t at = 0;
    const char32_t lead = fold(decode(phrase, at)).first;
    first_[(lead >> 6) & 1023] |= std::uint64_t{1} << (lead & 63);
    if (is_plain(phrase) && cue_set != kKnownWord) add_spelling(phrase);
}

void Lexicon::insert(std::uint64_t fingerprint, CueSet cue_set) {
    for (std::size_t i = fingerprint % kSlots;; i = (i + 1) % kSlots) {
        if (slots_[i].fingerprint == 0) slots_[i].fingerprint = fingerprint;
        if (slots_[i].fingerprint == fingerprint) {
            slots_[i].cues |= cue_set;
            return;
        }
    }
}

CueSet Lexicon::find(std::uint64_t fingerprint) const {
    for (std::size_t i = fingerprint % kSlots;; i = (i + 1) % kSlots) {
        if (slots_[i].fingerprint == fingerprint) return slots_[i].cues;
        if (slots_[i].fingerprint == 0) return 0;
    }
}

void Lexicon::add_spelling(std::string_view word) {
    if (word.size() < kMinSpelling || word.size() > kMaxSpelling) return;
    if (spelling_count_ == kMaxSpellings) return;
    spellings_[spelling_count_++] = word;
}

void Lexicon::index_spellings() {
    const auto begin = spellings_;
    const auto end = spellings_ + spelling_count_;
    std::sort(begin, end, [](std::string_view a, std::string_view b) {
        if (a[0] != b[0]) return a[0] < b[0];
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    std::transform(begin, end, spelling_letters_, letters_of);
    for (unsigned letter = 0; letter < 26; ++letter) {
        for (unsigned length = 0; length < 16; ++length) {
            const auto group = std::find_if(begin, end, [&](std::string_view word) {
                const unsigned first = static_cast<unsigned>(word[0] - 'a');
                return first > letter || (first == letter && word.size() >= length);
            });
            spelling_index_[letter][length] = static_cast<std::uint16_t>(group - begin);
        }
    }
}

CueSet Lexicon::find_misspelt(std::string_view word) const {
    if (word.size() < kMinSpelling || word.size() >= kMaxSpelling || !is_plain(word)) return 0;
    const auto& index = spelling_index_[static_cast<unsigned>(word[0] - 'a')];
    const std::uint32_t letters = letters_of(word);
    for (std::size_t i = index[word.size() - 1]; i < index[word.size() + 2]; ++i) {
        if (more_than_two_bits(spelling_letters_[i] ^ letters)) continue;
        const std::string_view known = spellings_[i];
        const bool any_slip = known.size() >= 6 && word.size() >= 6;
        if (one_slip(known, word, any_slip)) return find(fingerprint_of(known));
    }
    return 0;
}

}  // namespace llmr::classifier
