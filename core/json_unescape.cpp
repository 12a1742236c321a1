#include <algorithm>
#include <cstdint>

#include "core/json_string.hpp"
#include "core/utf8.hpp"

namespace llmr {
namespace {

/// The value of four hexadecimal digits at the front of `text`.
std::optional<std::uint32_t> hex_code_unit(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    std::uint32_t unit = 0;
    for (const char c : text.substr(0, 4)) {
        unit <<= 4;
        if (c >= '0' && c <= '9') {
            unit += static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            unit += static_cast<std::uint32_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            unit += static_cast<std::uint32_t>(c - 'A') + 10;
        } else {
            return std::nullopt;
        }
    }
    return unit;
}

bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

char simple_escape(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        default:
            return c;
    }
}

}  // namespace

UnicodeEscape read_unicode_escape(std::string_view text) {
    const auto first = hex_code_unit(text.substr(2));
    if (!first) return {2, std::nullopt};
    if (is_low_surrogate(*first)) return {6, std::nullopt};
    if (!is_high_surrogate(*first)) return {6, *first};
    const std::string_view rest = text.substr(6);
    const auto second = rest.starts_with("\\u") ? hex_code_unit(rest.substr(2)) : std::nullopt;
    if (!second || !is_low_surrogate(*second)) return {6, std::nullopt};
    return {12, 0x10000 + (*first - 0xd800) * 0x400 + (*second - 0xdc00)};
}

std::string unescape_json_string(std::string_view escaped) {
    std::string text;
    text.reserve(escaped.size());
    for (;;) {
        const std::size_t plain = std::min(escaped.find('\\'), escaped.size());
        text.append(escaped.substr(0, plain));
        escaped.remove_prefix(plain);
        if (escaped.size() < 2) return text;
        if (escaped[1] != 'u') {
            text += simple_escape(escaped[1]);
            escaped.remove_prefix(2);
            continue;
        }
        const UnicodeEscape escape = read_unicode_escape(escaped);
        if (escape.code_point) {
            append_utf8(text, *escape.code_point);
        } else {
            text += kReplacementCharacter;
        }
        escaped.remove_prefix(escape.length);
    }
}

}  // namespace llmr
