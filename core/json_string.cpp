#include "core/json_string.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include <simdjson.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::uint64_t repeated(unsigned char byte) {
    return 0x0101'0101'0101'0101ULL * byte;
}

constexpr std::uint64_t kHighBits = repeated(0x80);

std::uint64_t load_block(const char* at) {
    std::uint64_t block;
    std::memcpy(&block, at, sizeof(block));
    return block;
}

bool is_ascii(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t seen = 0;
    for (; end - at >= 8; at += 8)
        seen |= load_block(at);
    for (; at != end; ++at)
        seen |= static_cast<unsigned char>(*at);
    return (seen & kHighBits) == 0;
}

/// Bytes at which a line separator (C2 85, E2 80 A8, E2 80 A9) may begin.
constexpr unsigned char kSeparatorLead2 = 0xc2;
constexpr unsigned char kSeparatorLead3 = 0xe2;

/// True where a byte of `block` cannot be copied without a closer look.
bool needs_care(std::uint64_t block) {
    // The well-known test for a zero byte; a borrow can only falsify bytes above a true hit.
    const auto has = [block](unsigned char byte) {
        const std::uint64_t difference = block ^ repeated(byte);
        return (difference - repeated(1)) & ~difference;
    };
    const std::uint64_t control = (block - repeated(0x20)) & ~block;
    const std::uint64_t hits =
        control | has('"') | has('\\') | has(kSeparatorLead2) | has(kSeparatorLead3);
    return (hits & kHighBits) != 0;
}

constexpr auto kNeedsCare = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < 0x20; ++byte)
        table[byte] = true;
    for (const unsigned char byte : {'"', '\\'})
        table[byte] = true;
    table[kSeparatorLead2] = table[kSeparatorLead3] = true;
    return table;
}();

const char* skip_clean(const char* at, const char* end) {
    while (end - at >= 8 && !needs_care(load_block(at)))
        at += 8;
    while (at != end && !kNeedsCare[static_cast<unsigned char>(*at)])
        ++at;
    return at;
}

void append_hex_escape(std::string& out, unsigned code) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += kHex[(code >> shift) & 0xf];
}

/// Control characters with an escape of their own, and the letters of those.
constexpr std::string_view kShortEscapes = "\"\\\n\r\t\b\f";
constexpr std::string_view kShortLetters = "\"\\nrtbf";

void append_escaped(std::string& out, char c) {
    const std::size_t index = kShortEscapes.find(c);
    if (index == std::string_view::npos) {
        append_hex_escape(out, static_cast<unsigned char>(c));
        return;
    }
    out += '\\';
    out += kShortLetters[index];
}

struct Separator {
    unsigned code_point = 0;  ///< 0: none here
    std::size_t length = 1;
};

Separator separator_at(std::string_view text) {
    if (text.starts_with("\xC2\x85")) return {0x85, 2};
    if (text.starts_with("\xE2\x80\xA8")) return {0x2028, 3};
    if (text.starts_with("\xE2\x80\xA9")) return {0x2029, 3};
    return {};
}

void append_valid(std::string& out, std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const char* copied = at;  // everything before it is in `out`
    while ((at = skip_clean(at, end)) != end) {
        if (static_cast<unsigned char>(*at) < 0x80) {
            out.append(copied, at);
            append_escaped(out, *at);
            copied = ++at;
            continue;
        }
        const Separator separator =
            separator_at(std::string_view(at, static_cast<std::size_t>(end - at)));
        if (separator.code_point != 0) {
            out.append(copied, at);
            append_hex_escape(out, separator.code_point);
            copied = at + separator.length;
        }
        at += separator.length;
    }
    out.append(copied, end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    if (is_ascii(text) || simdjson::validate_utf8(text.data(), text.size())) {
        append_valid(out, text);
    } else {
        append_valid(out, repair_utf8(text));
    }
    out += '"';
}

std::string json_quote(std::string_view text) {
    std::string quoted;
    quoted.reserve(text.size() + 2);
    append_json_string(quoted, text);
    return quoted;
}

void append_safe_lines(std::string& out, std::string_view json) {
    struct Separator {
        std::string_view bytes;
        std::string_view escaped;
    };
    static constexpr std::array kSeparators{Separator{"\xC2\x85", "\\u0085"},
                                            Separator{"\xE2\x80\xA8", "\\u2028"},
                                            Separator{"\xE2\x80\xA9", "\\u2029"}};
    std::size_t done = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c != '\xC2' && c != '\xE2') continue;
        for (const Separator& separator : kSeparators) {
            if (!json.substr(at).starts_with(separator.bytes)) continue;
            out.append(json.substr(done, at - done)).append(separator.escaped);
            done = at + separator.bytes.size();
            at = done - 1;
            break;
        }
    }
    out.append(json.substr(done));
}

}  // namespace llmr
