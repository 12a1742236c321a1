#include <array>

#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xff;

constexpr auto kValues = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(kInvalid);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}();

char digit(std::uint32_t bits, int shift) {
    return kAlphabet[(bits >> shift) & 0x3f];
}

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    std::size_t out = 0;
    std::size_t in = 0;
    for (; in + 3 <= bytes.size(); in += 3) {
        const std::uint32_t bits =
            byte_at(bytes, in) << 16 | byte_at(bytes, in + 1) << 8 | byte_at(bytes, in + 2);
        text[out++] = digit(bits, 18);
        text[out++] = digit(bits, 12);
        text[out++] = digit(bits, 6);
        text[out++] = digit(bits, 0);
    }
    const std::size_t rest = bytes.size() - in;
    if (rest == 0) return text;
    std::uint32_t bits = byte_at(bytes, in) << 16;
    if (rest == 2) bits |= byte_at(bytes, in + 1) << 8;
    text[out++] = digit(bits, 18);
    text[out++] = digit(bits, 12);
    if (rest == 2) text[out] = digit(bits, 6);
    return text;
}

bool base64_decode(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % 4 != 0) return false;
    std::size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
        if (value == kInvalid) {
            out.clear();
            return false;
        }
        bits = bits << 6 | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>((bits >> held) & 0xff);
        }
    }
    return true;
}

}  // namespace llmr
