#include <algorithm>

#include "classifier/scanner.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr unsigned kMisspeltTries = 96;  ///< unknown words that are looked up a second time

bool is_ascii_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

template <std::size_t N>
bool any_of(std::string_view word, const std::array<std::string_view, N>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 27> kExtensions{
    "py",  "js",  "ts",  "cpp",   "c",   "h",    "java", "rb",  "go",
    "rs",  "sh",  "sql", "html",  "css", "json", "yaml", "yml", "toml",
    "xml", "csv", "php", "ipynb", "hpp", "jsx",  "tsx",  "bat", "log"};

/// First words of a line that hardly begin a line of prose when written exactly so.
constexpr std::array<std::string_view, 20> kCodeLines{
    "def",    "import", "#include", "func",   "fn",     "const",    "var",
    "elif",   "SELECT", "INSERT",   "UPDATE", "DELETE", "FROM",     "WHERE",
    "assert", "sudo",   "async",    "static", "struct", "namespace"};
/// The same if something other than prose follows.
constexpr std::array<std::string_view, 14> kMaybeCodeLines{
    "from",   "class",   "return",   "if",  "for",  "while", "let",
    "public", "private", "function", "try", "else", "print", "export"};

}  // namespace

void Scanner::note_code_line(std::string_view word) {
    if (any_of(word, kCodeLines)) return mark_code(word == "assert" ? 3 : 2);
    if (!any_of(word, kMaybeCodeLines)) return;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, std::min<std::size_t>(end - at_, 160));
    const bool code = line.find_first_of("(){};=") != std::string_view::npos ||
                      (!line.empty() && line.back() == ':' && line.size() > 1) ||
                      line.find(" import ") != std::string_view::npos;
    if (code) mark_code(2);
}

void Scanner::note_option(std::string_view word) {
    if (word.size() != 1 || at_ >= text_.size()) return;
    const char c = static_cast<char>(word[0] | 32);
    const char close = text_[at_];
    if (c >= 'a' && c <= 'e' && (close == ')' || (close == '.' && first_of_line_))) ++out_.options;
}

bool Scanner::Word::add(std::string_view text, std::size_t& at) {
    const char c = text[at];
    if (is_ascii_letter(c) || (is_digit(c) && length > 0)) {
        const char lower = static_cast<char>(is_digit(c) ? c : c | 32);
        plain = plain && !is_digit(c);
        if (length < sizeof letters) letters[length] = lower;
        print.add(static_cast<char32_t>(lower));
        ++length;
        ++at;
        return true;
    }
    if (static_cast<unsigned char>(c) < 0x80) return false;
    std::size_t next = at;
    const Folded folded = fold(decode(text, next));
    const Glyph glyph = glyph_of(folded.first);
    if (glyph != Glyph::letter && glyph != Glyph::mark) return false;
    at = next;
    if (glyph == Glyph::mark) return true;
    plain = plain && folded.first < 0x80 && folded.second == 0;
    if (plain && length < sizeof letters) letters[length] = static_cast<char>(folded.first);
    print.add(folded.first);
    if (folded.second != 0) print.add(folded.second);
    ++length;
    return true;
}

void Scanner::Word::add_letters(std::string_view text, std::size_t& at) {
    Fingerprint local = print;  // kept in a register: most of a text's bytes come through here
    std::size_t count = length;
    std::size_t next = at;
    for (; next < text.size(); ++next) {
        const char lower = static_cast<char>(text[next] | 32);
        if (lower < 'a' || lower > 'z') break;
        if (count < sizeof letters) letters[count] = lower;
        local.add(static_cast<char32_t>(lower));
        ++count;
    }
    print = local;
    length = count;
    at = next;
}

void Scanner::feed_word() {
    Word word;
    const std::size_t begin = at_;
    do {
        word.add_letters(text_, at_);
    } while (at_ < text_.size() && word.add(text_, at_));
    const std::string_view raw = text_.substr(begin, at_ - begin);
    if (first_of_line_) note_code_line(raw);
    note_option(raw);
    note_code_word(raw, begin);
    const bool short_enough = word.plain && word.length <= sizeof word.letters;
    take_word(word.print.value(), {word.letters, short_enough ? word.length : 0});
    short_word_ = word.length <= 2;
    // "don't" and "what's" end here; "l'article" goes on with its noun.
    const bool suffix = word.length > 2 && peek(0) == '\'' && is_ascii_letter(peek());
    if (!suffix) return;
    ++at_;
    while (at_ < text_.size() && is_ascii_letter(text_[at_]))
        ++at_;
}

/// What the characters around a word say: snake_case, a call, C++ and C#, a file name.
void Scanner::note_code_word(std::string_view word, std::size_t begin) {
    const char next = peek(0);
    if (next == '_' && is_ascii_letter(peek())) mark_code(2);
    if (next == '(' && word.size() > 1 && text_.substr(at_, 3) != "(s)") {
        mark_code(peek() == ')' ? 1 : 2);
    }
    const bool c_like = word.size() == 1 && (text_.substr(at_, 2) == "++" || next == '#');
    if (c_like) note_cues(bit(code_strong));
    const bool extension = begin > 1 && text_[begin - 1] == '.' && text_[begin - 2] != ' ';
    if (extension && any_of(word, kExtensions)) mark_code(1);
}

void Scanner::feed_number() {
    Fingerprint print;
    bool plain = true;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        const bool inner = (c == '.' || c == ',') && is_digit(peek());
        if (!is_digit(c) && !is_ascii_letter(c) && !inner) break;
        plain = plain && !is_ascii_letter(c);
        print.add(static_cast<char32_t>(is_ascii_letter(c) ? c | 32 : c));
        ++at_;
    }
    ++now_.numbers;
    take_word(print.value(), {});
    after_digit_ = plain;
    short_word_ = false;
}

CueSet Scanner::match_ideographs(std::size_t& end) const {
    constexpr std::size_t kLongest = 6;
    std::size_t next = at_;
    char32_t c = fold(decode(text_, next)).first;
    end = next;
    if (!lexicon_.starts_word(c)) return 0;
    CueSet match = 0;
    Fingerprint print;
    for (std::size_t n = 0; n < kLongest; ++n) {
        print.add(c);
        const CueSet found = lexicon_.find(print.value()) & kCueMask;
        if (found != 0) {
            match = found;
            end = next;
        }
        if (next >= text_.size() || static_cast<unsigned char>(text_[next]) < 0x80) break;
        c = fold(decode(text_, next)).first;
        if (glyph_of(c) != Glyph::ideograph) break;
    }
    return match;
}

void Scanner::feed_ideographs() {
    open_chains_ = 0;
    unsigned characters = 0;
    unsigned per_word = 2;
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80) {
        std::size_t next = at_;
        const char32_t c = fold(decode(text_, next)).first;
        if (glyph_of(c) != Glyph::ideograph) break;
        per_word = letters_per_word(c);
        std::size_t end = next;
        const CueSet match = match_ideographs(end);
        characters += 1 + static_cast<unsigned>((end - next) / 3);
        at_ = end;
        if (match == 0) continue;
        note_cues(match);
        now_.lead |= match;
        if (now_.first == 0) now_.first = match;
        if (has(match, not_code)) take_back_code(0);
    }
    begin_sentence();
    now_.words += (characters + per_word - 1) / per_word;
    after_digit_ = false;
}

void Scanner::begin_sentence() {
    if (now_.words == 0) {
        now_.starts_line = at_line_start_;
        now_.starts_block = block_start_;
        block_start_ = false;
    }
    at_line_start_ = first_of_line_ = false;
}

/// The cues of the singular, or of the word that was probably meant.
CueSet Scanner::find_variant(std::string_view spelling) {
    CueSet found = 0;
    if (spelling.back() == 's') {
        Fingerprint singular;
        for (char c : spelling.substr(0, spelling.size() - 1)) {
            singular.add(static_cast<char32_t>(c));
        }
        found = lexicon_.find(singular.value()) & ~kStartsPhrase;
    }
    if (found == 0 && misspelt_tries_ < kMisspeltTries) {
        ++misspelt_tries_;
        found = lexicon_.find_misspelt(spelling) & kCueMask;
    }
    return found;
}

void Scanner::take_word(std::uint64_t fingerprint, std::string_view spelling) {
    begin_sentence();
    after_digit_ = false;
    CueSet found = lexicon_.find(fingerprint);
    if (found == 0 && spelling.size() > 4) found = find_variant(spelling);
    const CueSet alone = found & kCueMask;
    if (now_.words == 0) now_.first = alone;
    ++now_.words;
    note_cues(alone);
    note_lead(alone);
    const CueSet phrase = take_phrases(fingerprint, found);
    if (phrase != 0) {
        note_cues(phrase & ~alone);
        if (content_words_ <= 3) now_.lead |= phrase & (kRequestVerbs | cues(judge, follow_up));
        if (has(phrase, not_code)) take_back_code(alone);
    }
    previous_ = alone;
}

CueSet Scanner::take_phrases(std::uint64_t fingerprint, CueSet alone) {
    CueSet found = 0;
    std::array<std::uint64_t, kPhrase> grown{};
    std::size_t open = 0;
    for (std::size_t i = 0; i < open_chains_; ++i) {
        const std::uint64_t chain = join(chains_[i], fingerprint);
        const CueSet hit = lexicon_.find(chain);
        found |= hit & kCueMask;
        if ((hit & kStartsPhrase) != 0 && open < kPhrase - 1) grown[open++] = chain;
    }
    if ((alone & kStartsPhrase) != 0) grown[open++] = fingerprint;
    chains_ = grown;
    open_chains_ = open;
    return found;
}

void Scanner::note_cues(CueSet found) {
    if (found == 0) return;
    now_.cues |= found;
    const auto count = [&](std::uint16_t& counter, Cue cue) {
        if (has(found, cue) && counter < 60000) ++counter;
    };
    count(now_.code_strong, code_strong);
    count(now_.code_weak, code_weak);
    count(now_.entities, entity);
    count(now_.quantities, quantity);
    count(now_.logic_words, logic);
    count(now_.math_words, math);
    count(now_.number_words, number_word);
    count(now_.deep_words, deep_work);
    count(now_.hard_words, hard_subject);
    count(now_.constraints, constraint);
    note_product(found);
}

void Scanner::note_lead(CueSet found) {
    constexpr unsigned kLeadWords = 2;
    const bool filler_only = has(found, filler) && !has_any(found, kRequestVerbs & ~bit(list));
    if (filler_only || content_words_ >= kLeadWords) return;
    if (content_words_ == 0 || !has_any(now_.lead, kRequestVerbs)) now_.lead |= found;
    ++content_words_;
}

void Scanner::note_product(CueSet found) {
    if (has_any(found, cues(create, code_verb, plan)) && now_.product == Product::none) {
        seeking_product_ = true;
        words_since_verb_ = 0;
        if (!has(found, plan) || has_any(found, cues(create, code_verb))) return;
    }
    if (!seeking_product_) return;
    if (++words_since_verb_ > 12) seeking_product_ = false;
    if (has(found, boundary) && now_.product != Product::none) {
        seeking_product_ = false;
        return;
    }
    const Product before = now_.product;
    if (has(found, artefact)) {
        now_.product = Product::program;
    } else if (has(found, summarize)) {
        now_.product = Product::summary;
    } else if (has(found, text_work)) {
        now_.product = Product::prose;
    } else if (has(found, plan) && words_since_verb_ > 1) {
        now_.product = Product::plan;
    } else if (has(found, deep_work)) {
        now_.product = Product::deep;
    } else if (has(found, code_strong) && now_.product == Product::none) {
        now_.product = Product::program;
    }
    if (now_.product != before) product_word_ = now_.words;
}

/// A phrase such as "zip code" or "function of" says that its word was no program text after all.
void Scanner::take_back_code(CueSet word) {
    if (now_.code_strong > 0 && has(previous_ | word, code_strong)) --now_.code_strong;
    if (now_.code_weak > 0) --now_.code_weak;
    if (now_.code_weak == 0) now_.cues &= ~cues(code_weak, artefact);
    if (now_.code_strong == 0) now_.cues &= ~bit(code_strong);
    if (now_.product == Product::program && now_.words <= product_word_ + 1) {
        now_.product = Product::none;
        seeking_product_ = true;
    }
}

void Scanner::end_sentence(char end) {
    open_chains_ = 0;
    content_words_ = 0;
    seeking_product_ = false;
    previous_ = 0;
    after_digit_ = false;
    if (now_.words == 0 && now_.quoted_words == 0 && now_.code_marks == 0 && now_.math_marks == 0) {
        now_ = Sentence{};
        return;
    }
    now_.end = end;
    if (end == '?') ++out_.questions;
    if (has_any(now_.lead, kRequestVerbs) && end != '?') ++out_.requests;
    if (out_.sentences < Scan::kKept) out_.head[out_.sentences] = now_;
    out_.tail[out_.sentences % Scan::kKept] = now_;
    ++out_.sentences;
    merge(out_.total, now_);
    out_.total.words += now_.quoted_words;
    now_ = Sentence{};
}

}  // namespace llmr::classifier
