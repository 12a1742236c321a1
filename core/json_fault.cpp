#include "core/json_fault.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/json_string.hpp"
#include "core/utf8.hpp"

namespace llmr {
namespace {

/// A recursive-descent walk that stops at the first byte that cannot stand where it stands.
class FaultFinder {
public:
    explicit FaultFinder(std::string_view text) : text_(text) {}

    bool document() {
        if (!value(0)) return false;
        skip_space();
        return at_ == text_.size();
    }
    std::size_t position() const { return at_; }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }

    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    bool value(std::size_t depth) {
        skip_space();
        switch (peek()) {
            case '{':
                return depth < kMaxJsonDepth && object(depth + 1);
            case '[':
                return depth < kMaxJsonDepth && array(depth + 1);
            case '"':
                return string();
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    bool object(std::size_t depth) {
        ++at_;
        skip_space();
        if (take('}')) return true;
        do {
            skip_space();
            if (!string()) return false;
            skip_space();
            if (!take(':') || !value(depth)) return false;
            skip_space();
        } while (take(','));
        return take('}');
    }

    bool array(std::size_t depth) {
        ++at_;
        skip_space();
        if (take(']')) return true;
        do {
            if (!value(depth)) return false;
            skip_space();
        } while (take(','));
        return take(']');
    }

    bool word(std::string_view expected) {
        if (!text_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }

    bool digits() {
        const std::size_t start = at_;
        at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
        return at_ > start;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (peek() != 'e' && peek() != 'E') return true;
        ++at_;
        if (peek() == '+' || peek() == '-') ++at_;
        return digits();
    }

    /// A string that does not end is blamed on its opening quote.
    bool string() {
        const std::size_t opening = at_;
        if (!take('"')) return false;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') return take('"');
            if (c == '\\' ? !escape() : !character()) return false;
        }
        at_ = opening;
        return false;
    }

    bool character() {
        if (static_cast<unsigned char>(peek()) < 0x20) return false;
        const Utf8Step step = utf8_step(text_.data() + at_, text_.data() + text_.size());
        if (step.valid) at_ += step.length;
        return step.valid;
    }

    bool escape() {
        const std::string_view rest = text_.substr(at_ + 1);
        if (rest.empty()) return false;
        if (rest[0] != 'u') {
            if (std::string_view("\"\\/bfnrt").find(rest[0]) == std::string_view::npos)
                return false;
            at_ += 2;
            return true;
        }
        const UnicodeEscape unicode = read_unicode_escape(text_.substr(at_));
        if (!unicode.code_point) return false;
        at_ += unicode.length;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view text) {
    FaultFinder finder(text);
    if (finder.document()) return std::nullopt;
    const std::string_view before = text.substr(0, finder.position());
    const auto line_breaks = std::count(before.begin(), before.end(), '\n');
    const std::size_t last_break = before.rfind('\n');  // npos + 1 is 0: the start of the text
    return JsonFault{static_cast<std::size_t>(line_breaks) + 1,
                     before.size() - (last_break + 1) + 1};
}

}  // namespace llmr
