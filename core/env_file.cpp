#include "core/env_file.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

bool is_name(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
    for (const unsigned char c : name) {
        if (std::isalnum(c) == 0 && c != '_') return false;
    }
    return true;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Reads one assignment or comment at a time.
class EnvParser {
public:
    explicit EnvParser(std::string_view text) : text_(text) {}

    Result<Environment> run() {
        while (skip_to_assignment()) {
            const int line = line_;
            const std::optional<std::string> name = read_name();
            if (!name) return fault(line, "expected NAME=value");
            const std::optional<std::string> value = read_value();
            if (!value) return fault(line, "a quote is not closed");
            values_[*name] = *value;
        }
        return values_;
    }

private:
    bool at_end() const { return position_ >= text_.size(); }
    char peek() const { return text_[position_]; }
    char next() {
        const char c = text_[position_++];
        if (c == '\n') ++line_;
        return c;
    }

    /// Skips blank lines and comments; false at the end of the text.
    bool skip_to_assignment() {
        while (!at_end()) {
            if (peek() == '\n' || is_blank(peek())) {
                next();
            } else if (peek() == '#' || peek() == ';') {
                while (!at_end() && peek() != '\n')
                    next();
            } else {
                return true;
            }
        }
        return false;
    }

    std::optional<std::string> read_name() {
        const std::size_t end = text_.find_first_of("=\n", position_);
        if (end == std::string_view::npos || text_[end] != '=') return std::nullopt;
        const std::string_view name = trim(text_.substr(position_, end - position_));
        if (!is_name(name)) return std::nullopt;
        position_ = end + 1;
        return std::string(name);
    }

    /// Quoted and unquoted pieces up to the end of the line.
    std::optional<std::string> read_value() {
        std::string value;
        while (!at_end()) {
            const char c = next();
            if (c == '\n') break;
            if (is_blank(c)) continue;
            if (c == '\'' || c == '"') {
                if (!read_quoted(c, value)) return std::nullopt;
                continue;
            }
            --position_;  // c is no line feed: the line number stands
            read_unquoted(value);
            break;
        }
        return value;
    }

    bool read_quoted(char quote, std::string& value) {
        while (!at_end()) {
            const char c = next();
            if (c == quote) return true;
            if (c != '\\' || quote == '\'') {
                value += c;
                continue;
            }
            if (at_end()) return false;
            const char escaped = next();
            if (escaped == '\n') continue;
            if (std::strchr("\"\\`$", escaped) == nullptr) value += '\\';
            value += escaped;
        }
        return false;
    }

    void read_unquoted(std::string& value) {
        std::size_t keep = value.size();  // blanks behind this are trailing ones
        while (!at_end()) {
            const char c = next();
            if (c == '\n') break;
            if (c == '\\') {
                if (at_end()) break;
                const char escaped = next();
                if (escaped != '\n') value += escaped;
                keep = value.size();
                continue;
            }
            value += c;
            if (!is_blank(c)) keep = value.size();
        }
        value.resize(keep);
    }

    static Error fault(int line, std::string_view what) {
        return {Errc::invalid_parameter, fmt::format("line {}: {}", line, what)};
    }

    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1;
    Environment values_;
};

/// Line ends of any system become '\n', and a byte order mark goes.
std::string normalise(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        result += text[i];
    }
    return result;
}

}  // namespace

Result<Environment> parse_env_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        return Error{Errc::invalid_parameter, "is not a text file"};
    }
    const std::string normalised = normalise(text);
    return EnvParser(normalised).run();
}

std::string quote_env_value(std::string_view value) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.,:;/=@%[]*{}~^!?";
    if (value.find_first_not_of(kPlain) == std::string_view::npos) return std::string(value);
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == '`' || c == '$') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

Result<std::string> read_small_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string contents;
    if (file) {
        contents.resize(kMaxFileBytes + 1);
        file.read(contents.data(), static_cast<std::streamsize>(contents.size()));
        contents.resize(static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad()) {
        const std::string why = errno != 0 ? std::strerror(errno) : "read error";
        return Error{Errc::invalid_parameter, fmt::format("cannot read {}: {}", path, why)};
    }
    if (contents.size() > kMaxFileBytes) {
        return Error{Errc::invalid_parameter, fmt::format("{} is larger than 1 MiB", path)};
    }
    return contents;
}

Result<Environment> read_env_file(const std::string& path) {
    const Result<std::string> contents = read_small_file(path);
    if (!contents) return contents.error();
    Result<Environment> parsed = parse_env_text(*contents);
    if (!parsed) {
        return Error{Errc::invalid_parameter, fmt::format("{}: {}", path, parsed.error().message)};
    }
    return parsed;
}

}  // namespace llmr
