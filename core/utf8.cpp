#include "core/utf8.hpp"

#include <string_view>

#include <simdjson.h>

#include "core/text.hpp"

namespace llmr {
namespace {

struct ByteRange {
    unsigned char low;
    unsigned char high;
    bool contains(unsigned char byte) const { return byte >= low && byte <= high; }
};

/// Length of the sequence that `lead` announces; 0 if it cannot lead one.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return 2;
    if (lead < 0xf0) return 3;
    return lead < 0xf5 ? 4 : 0;
}

/// The second byte is where overlong forms, surrogates and too large values show.
ByteRange second_byte(unsigned char lead) {
    switch (lead) {
        case 0xe0:
            return {0xa0, 0xbf};
        case 0xed:
            return {0x80, 0x9f};
        case 0xf0:
            return {0x90, 0xbf};
        case 0xf4:
            return {0x80, 0x8f};
        default:
            return {0x80, 0xbf};
    }
}

}  // namespace

Utf8Step utf8_step(const char* text, const char* end) {
    const auto lead = static_cast<unsigned char>(*text);
    const std::size_t length = sequence_length(lead);
    if (length <= 1) return {1, length == 1};
    const auto available = static_cast<std::size_t>(end - text);
    ByteRange allowed = second_byte(lead);
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= available || !allowed.contains(static_cast<unsigned char>(text[i]))) {
            return {i, false};
        }
        allowed = {0x80, 0xbf};
    }
    return {length, true};
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto tail = [&](int shift) {
        out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f));
    };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xc0 | (code_point >> 6));
        tail(0);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xe0 | (code_point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (code_point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string repair_utf8(std::string_view text) {
    if (simdjson::validate_utf8(text.data(), text.size())) return std::string(text);
    std::string repaired;
    repaired.reserve(text.size() + 16);
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        const Utf8Step step = utf8_step(at, end);
        if (step.valid) {
            repaired.append(at, step.length);
        } else {
            repaired += kReplacementCharacter;
        }
        at += step.length;
    }
    return repaired;
}

}  // namespace llmr
