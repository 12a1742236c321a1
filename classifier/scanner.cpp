#include "classifier/scanner.hpp"

#include <algorithm>

namespace llmr::classifier {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_wide(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool is_letter(char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

std::uint32_t rough_words(std::string_view text) {
    std::uint32_t words = 0;
    std::uint32_t wide = 0;
    bool inside = false;
    for (char c : text) {
        const bool space = is_space(c);
        words += !space && !inside ? 1 : 0;
        inside = !space;
        wide += (static_cast<unsigned char>(c) >= 0xE3) ? 1 : 0;
    }
    return std::max(words, wide / 2);
}

}  // namespace

void merge(Sentence& into, const Sentence& from) {
    into.cues |= from.cues;
    into.lead |= from.lead;
    into.first |= from.first;
    into.words += from.words;
    const auto add = [](std::uint16_t& sum, std::uint16_t more) {
        sum = static_cast<std::uint16_t>(std::min(65535, sum + more));
    };
    add(into.numbers, from.numbers);
    add(into.number_words, from.number_words);
    add(into.quantities, from.quantities);
    add(into.logic_words, from.logic_words);
    add(into.math_words, from.math_words);
    add(into.math_marks, from.math_marks);
    add(into.code_strong, from.code_strong);
    add(into.code_weak, from.code_weak);
    add(into.code_marks, from.code_marks);
    add(into.entities, from.entities);
    add(into.deep_words, from.deep_words);
    add(into.hard_words, from.hard_words);
    add(into.constraints, from.constraints);
    add(into.quoted_words, from.quoted_words);
    if (into.product == Product::none) into.product = from.product;
}

Scan scan(const std::string_view* windows, std::size_t count) {
    Scan result;
    Scanner scanner(result);
    for (std::size_t i = 0; i < count; ++i)
        scanner.feed(windows[i]);
    scanner.finish();
    return result;
}

Scan scan(std::string_view text) {
    return scan(&text, 1);
}

char Scanner::peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

void Scanner::feed(std::string_view window) {
    text_ = window;
    at_ = 0;
    begin_line();
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == ' ') {
            ++at_;
        } else if (is_letter(c)) {
            feed_word();
        } else if (is_digit(c)) {
            feed_number();
        } else if (static_cast<unsigned char>(c) < 0x80) {
            feed_ascii_punctuation(c);
        } else {
            std::size_t next = at_;
            const char32_t wide = fold(decode(text_, next)).first;
            const Glyph glyph = glyph_of(wide);
            if (glyph == Glyph::letter) {
                feed_word();
            } else if (glyph == Glyph::ideograph) {
                feed_ideographs();
            } else {
                if (glyph == Glyph::punctuation) feed_wide_punctuation(wide);
                at_ = std::max(at_, next);
            }
        }
    }
    end_line();
}

void Scanner::finish() {
    end_sentence(0);
    out_.total.words += out_.fence_words;
}

void Scanner::begin_line() {
    at_line_start_ = true;
    first_of_line_ = true;
}

void Scanner::end_line() {
    const bool empty = first_of_line_ && now_.words == 0;
    end_sentence('\n');
    if (empty) {
        block_start_ = true;
    } else {
        ++out_.lines;
    }
    begin_line();
    open_chains_ = 0;
}

void Scanner::mark_code(unsigned weight) {
    now_.code_marks = static_cast<std::uint16_t>(std::min(60000U, now_.code_marks + weight));
}

bool Scanner::skip_fence() {
    if (text_.substr(at_, 3) != "```" && text_.substr(at_, 3) != "~~~") return false;
    const std::string_view mark = text_.substr(at_, 3);
    const std::size_t body = at_ + 3;
    const std::size_t close = std::min(text_.find(mark, body), text_.size());
    end_sentence(':');
    ++out_.fences;
    out_.fence_words += rough_words(text_.substr(body, close - body));
    at_ = std::min(close + 3, text_.size());
    block_start_ = true;
    return true;
}

bool Scanner::skip_quote(std::string_view closing) {
    const std::size_t close = text_.find(closing, at_ + 1);
    if (close == std::string_view::npos || close > at_ + 8192) return false;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const bool whole_text = out_.total.words + now_.words == 0 && close + 12 > text_.size();
    if (whole_text || inside.find("\n\n") != std::string_view::npos) return false;
    const std::uint32_t words = rough_words(inside);
    const bool passage = words >= 5;
    if (passage) {
        now_.quoted_words = static_cast<std::uint16_t>(std::min(60000U, now_.quoted_words + words));
    } else {
        ++out_.short_quotes;
    }
    if (now_.words == 0 && at_line_start_) now_.starts_line = true;
    at_line_start_ = first_of_line_ = false;
    open_chains_ = 0;
    ++content_words_;
    at_ = close + closing.size();
    return true;
}

void Scanner::skip_inline_code() {
    const std::size_t close = text_.find_first_of("`\n", at_ + 1);
    if (close == std::string_view::npos || text_[close] != '`') {
        ++at_;
        return;
    }
    mark_code(2);
    ++now_.words;
    at_line_start_ = first_of_line_ = false;
    at_ = close + 1;
}

void Scanner::mark_operator(char c) {
    const char next = peek();
    const bool pair =
        (c == '=' && next == '=') || (c == '!' && next == '=') || (c == '-' && next == '>') ||
        (c == '=' && next == '>') || (c == ':' && next == ':') || (c == '&' && next == '&') ||
        (c == '+' && next == '=') || (c == '<' && next == '/') || (c == '/' && next == '>') ||
        (c == '{' && next == '}') || (c == '(' && next == ')') || (c == '[' && next == ']') ||
        (c == ')' && (next == ';' || next == ':' || next == '{')) || (c == '/' && next == '*') ||
        (c == '>' && next == '>' && peek(2) == '>');
    if (pair) mark_code(2);
    if (c == '{' || c == '}') mark_code(1);
    if (c == ';' && (next == '\n' || next == '\r' || next == '\0')) mark_code(1);
    const bool tight = at_ > 0 && !is_space(text_[at_ - 1]) && !is_space(next);
    if ((c == '[' || c == '=') && tight && next != '=' && text_[at_ - 1] != ' ') mark_code(1);
    const bool sum = (c == '+' || c == '*' || c == '/' || c == '^' || c == '=' || c == '-');
    if (sum && after_digit_) {
        std::size_t i = at_ + 1;
        while (i < text_.size() && text_[i] == ' ')
            ++i;
        const bool operand =
            i < text_.size() && (is_digit(text_[i]) || text_[i] == '(' || text_[i] == '?');
        if (operand && (c != '-' || tight || peek() == ' ') && c != '/') out_.arithmetic = true;
        if (operand) ++now_.math_marks;
    }
    if (c == '^' && tight) now_.math_marks = static_cast<std::uint16_t>(now_.math_marks + 2);
    if (c == '=' && at_ > 0 && next != '=' && text_[at_ - 1] != '=') ++now_.math_marks;
}

/// "$x^2$" is mathematics, "$5" is money, "${x}" is code.
void Scanner::mark_dollar() {
    const std::size_t close = text_.find_first_of("$\n", at_ + 1);
    if (close == std::string_view::npos || text_[close] != '$' || text_[close - 1] == ' ') return;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const bool formula =
        inside.find_first_of("\\^=+<>_(") != std::string_view::npos || inside.size() <= 3;
    if (!formula || inside[0] == '{') return;
    out_.latex = true;
    now_.math_marks = static_cast<std::uint16_t>(now_.math_marks + 1);
}

void Scanner::feed_ascii_punctuation(char c) {
    const bool opening = at_ == 0 || is_space(text_[at_ - 1]) || text_[at_ - 1] == '(' ||
                         text_[at_ - 1] == ':' || is_wide(text_[at_ - 1]);
    if ((c == '`' || c == '~') && skip_fence()) return;
    if (c == '`') return skip_inline_code();
    if (c == '"' && opening && !is_space(peek()) && skip_quote("\"")) return;
    if (c == '\n') end_line();
    if (c == '\n' || c == '\t' || c == '\r') {
        ++at_;
        return;
    }
    const char next = peek();
    const bool closes = is_space(next) || is_wide(next) || next == '"' || next == ')' ||
                        next == '\'' || next == '?' || next == '!';
    if (c == '\\' && (is_letter(next) || next == '(' || next == '[')) {
        now_.math_marks = static_cast<std::uint16_t>(now_.math_marks + 2);
        out_.latex = out_.latex || next != 'n';
    }
    if (c == '$' && !is_space(next)) mark_dollar();
    mark_operator(c);
    after_digit_ = after_digit_ && (c == ')' || c == '(' || c == ',' || c == '%');
    ++at_;
    if ((c == '?' || c == '!') && closes) return end_sentence(c);
    if (c == '.' && closes &&
        !(short_word_ && now_.words < 8 && now_.cues != 0 && next == ' ' && now_.words > 1)) {
        return end_sentence('.');
    }
    if (c == ':' && is_space(next) && now_.words > 0) return end_sentence(':');
    if (c != '\'' && c != '-' && c != '.' && c != '_' && c != ';') open_chains_ = 0;
    if (c == ',' && now_.product != Product::none) seeking_product_ = false;
}

void Scanner::feed_wide_punctuation(char32_t c) {
    open_chains_ = 0;
    const auto skip = [&](std::string_view closing) {
        // The closing mark is searched from the first byte after this one, a part of the opening
        // mark: that is harmless, as no closing mark begins there.
        skip_quote(closing);
    };
    switch (c) {
        case '?':
        case 0x61F:
        case 0x37E:
            return end_sentence('?');
        case '!':
            return end_sentence('!');
        case 0x3002:
        case 0x964:
        case '.':
            return end_sentence('.');
        case ':':
            if (now_.words > 0) end_sentence(':');
            return;
        case 0x201C:
        case 0x201E:
            return skip(c == 0x201C ? "\u201D" : "\u201C");
        case 0xAB:
            return skip("\u00BB");
        case 0x300C:
            return skip("\u300D");
        case 0x2212:
        case 0xD7:
        case 0xF7:
        case 0x221A:
        case 0x2211:
        case 0x222B:
        case 0x2264:
        case 0x2265:
        case 0x2260:
        case 0x3C0:
            now_.math_marks = static_cast<std::uint16_t>(now_.math_marks + 2);
            if (after_digit_ && (c == 0xD7 || c == 0xF7 || c == 0x2212)) out_.arithmetic = true;
            return;
        default:
            return;
    }
}

}  // namespace llmr::classifier
