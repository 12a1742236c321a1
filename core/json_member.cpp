#include <algorithm>
#include <array>
#include <cstdint>

#include "core/json.hpp"
#include "core/json_string.hpp"

namespace llmr {
namespace {

/// A top-level member as offsets into the text: key with quotes, then value.
struct Member {
    std::size_t begin;     ///< opening quote of the key
    std::string_view key;  ///< inside of the quotes, escapes as written
    std::size_t value_begin;
    std::size_t end;  ///< one past the value
};

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum class Nesting : std::uint8_t { none, string, open, close };

constexpr auto kNesting = [] {
    std::array<Nesting, 256> table{};
    table['"'] = Nesting::string;
    table['{'] = table['['] = Nesting::open;
    table['}'] = table[']'] = Nesting::close;
    return table;
}();

/// Walks over the members of an object without looking into their values. The text is expected to
/// be valid JSON; on anything else it stops early and reports failure, and never reads beyond it.
class MemberScanner {
public:
    explicit MemberScanner(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        skip_space();
        failed_ = !take('{');
    }

    /// One past the opening brace.
    std::size_t position() const { return at_; }
    bool failed() const { return failed_; }

    /// False at the closing brace, or where the text is broken.
    bool next(Member& member) {
        if (failed_) return false;
        skip_space();
        if (take('}')) return false;
        if (!first_ && !take(',')) return fail();
        first_ = false;
        skip_space();
        member.begin = at_;
        if (!skip_string()) return fail();
        member.key = text_.substr(member.begin + 1, at_ - member.begin - 2);
        skip_space();
        if (!take(':')) return fail();
        skip_space();
        member.value_begin = at_;
        if (!skip_value()) return fail();
        member.end = at_;
        return true;
    }

private:
    bool fail() {
        failed_ = true;
        return false;
    }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (at_ < text_.size() && is_space(text_[at_]))
            ++at_;
    }

    /// A quote ends the string if an even number of backslashes stands before it.
    bool skip_string() {
        if (!take('"')) return false;
        const std::size_t start = at_;
        for (;;) {
            const std::size_t quote = text_.find('"', at_);
            if (quote == std::string_view::npos) return false;
            at_ = quote + 1;
            std::size_t backslashes = 0;
            while (quote - backslashes > start && text_[quote - backslashes - 1] == '\\') {
                ++backslashes;
            }
            if (backslashes % 2 == 0) return true;
        }
    }

    bool skip_value() {
        if (at_ >= text_.size()) return false;
        const char c = text_[at_];
        if (c == '"') return skip_string();
        if (c == '{' || c == '[') return skip_nested();
        const std::size_t start = at_;
        at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
        return at_ > start;
    }

    bool skip_nested() {
        std::size_t depth = 0;
        while (at_ < text_.size()) {
            switch (kNesting[static_cast<unsigned char>(text_[at_])]) {
                case Nesting::none:
                    ++at_;
                    break;
                case Nesting::string:
                    if (!skip_string()) return false;
                    break;
                case Nesting::open:
                    ++depth;
                    ++at_;
                    break;
                case Nesting::close:
                    ++at_;
                    if (--depth == 0) return true;
            }
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool first_ = true;
    bool failed_ = false;
};

bool is_key(const Member& member, std::string_view key) {
    if (member.key.find('\\') == std::string_view::npos) return member.key == key;
    return unescape_json_string(member.key) == key;
}

std::string insert_front(std::string_view object_json, std::size_t at, bool is_empty,
                         std::string_view key, std::string_view value) {
    std::string result(object_json.substr(0, at));
    result += json_quote(key);
    result += ':';
    result += value;
    if (!is_empty) result += ',';
    result += object_json.substr(at);
    return result;
}

}  // namespace

bool for_each_member(
    std::string_view object_json,
    const std::function<void(std::string_view key, std::string_view value)>& visit) {
    MemberScanner scanner(object_json);
    for (Member member; scanner.next(member);) {
        const std::string_view value =
            object_json.substr(member.value_begin, member.end - member.value_begin);
        if (member.key.find('\\') == std::string_view::npos)
            visit(member.key, value);
        else
            visit(unescape_json_string(member.key), value);
    }
    return !scanner.failed();
}

std::optional<std::string_view> find_member(std::string_view object_json, std::string_view key) {
    std::optional<std::string_view> found;
    MemberScanner scanner(object_json);
    for (Member member; scanner.next(member);) {
        if (is_key(member, key))
            found = object_json.substr(member.value_begin, member.end - member.value_begin);
    }
    return scanner.failed() ? std::nullopt : found;
}

std::optional<std::string> replace_member(std::string_view object_json, std::string_view key,
                                          std::string_view new_value_json) {
    MemberScanner scanner(object_json);
    const std::size_t after_brace = scanner.position();
    std::string result;
    result.reserve(object_json.size() + new_value_json.size());
    std::size_t copied = 0;
    bool is_empty = true;
    for (Member member; scanner.next(member); is_empty = false) {
        if (!is_key(member, key)) continue;
        result += object_json.substr(copied, member.value_begin - copied);
        result += new_value_json;
        copied = member.end;
    }
    if (scanner.failed()) return std::nullopt;
    if (copied == 0) {
        return insert_front(object_json, after_brace, is_empty, key, new_value_json);
    }
    result += object_json.substr(copied);
    return result;
}

std::optional<std::string> remove_member(std::string_view object_json, std::string_view key) {
    MemberScanner scanner(object_json);
    std::string result;
    result.reserve(object_json.size());
    std::size_t previous_end = scanner.position();
    bool any_kept = false;
    bool any_seen = false;
    for (Member member; scanner.next(member); previous_end = member.end, any_seen = true) {
        // What stands before the first member also stands before the first one kept; a later
        // member brings the comma and the white space before it along, or takes them away.
        if (!any_seen) result += object_json.substr(0, member.begin);
        if (is_key(member, key)) continue;
        if (any_kept) result += object_json.substr(previous_end, member.begin - previous_end);
        result += object_json.substr(member.begin, member.end - member.begin);
        any_kept = true;
    }
    if (scanner.failed()) return std::nullopt;
    result += object_json.substr(any_seen ? previous_end : 0);
    return result;
}

}  // namespace llmr
