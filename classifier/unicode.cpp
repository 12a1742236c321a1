#include "classifier/unicode.hpp"

namespace llmr::classifier {
namespace {

// U+00C0 to U+017F without their accents, by position; '*' keeps the character.
constexpr std::string_view kLatin1 =
    "aaaaaa*ceeeeiiii*nooooo*ouuuuy**aaaaaa*ceeeeiiii*nooooo*ouuuuy*y";
constexpr std::string_view kExtendedA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkk*llllllllll"
    "nnnnnnn**oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static_assert(kLatin1.size() == 64 && kExtendedA.size() == 128);

bool within(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

char32_t fold_greek(char32_t c) {
    switch (c) {
        case 0x386:
        case 0x3AC:
            return 0x3B1;
        case 0x388:
        case 0x3AD:
            return 0x3B5;
        case 0x389:
        case 0x3AE:
            return 0x3B7;
        case 0x38A:
        case 0x3AF:
        case 0x3CA:
            return 0x3B9;
        case 0x38C:
        case 0x3CC:
            return 0x3BF;
        case 0x38E:
        case 0x3CD:
        case 0x3CB:
            return 0x3C5;
        case 0x38F:
        case 0x3CE:
            return 0x3C9;
        case 0x3C2:
            return 0x3C3;
        default:
            return within(c, 0x391, 0x3A9) ? c + 0x20 : c;
    }
}

char32_t fold_cyrillic(char32_t c) {
    if (within(c, 0x410, 0x42F)) return c + 0x20;
    if (within(c, 0x400, 0x40F)) c += 0x50;
    return c == 0x451 ? 0x435 : c;  // yo is mostly written as ye
}

Folded fold_latin(char32_t c) {
    if (c == 0xDF) return {'s', 's'};
    if (c == 0xC6 || c == 0xE6) return {'a', 'e'};
    if (c == 0x152 || c == 0x153) return {'o', 'e'};
    if (c >= 0x180) return {c, 0};
    const char plain = c < 0x100 ? kLatin1[c - 0xC0] : kExtendedA[c - 0x100];
    return {plain == '*' ? c : static_cast<char32_t>(plain), 0};
}

// Vietnamese letters (U+1EA0 to U+1EF9) without tones.
constexpr std::string_view kVietnamese =
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy";

Glyph wide_glyph(char32_t c) {
    if (c < 0xC0 || c == 0xD7 || c == 0xF7) return Glyph::punctuation;
    if (c < 0x300) return Glyph::letter;
    if (c < 0x370) return Glyph::mark;
    if (c == 0x37E || c == 0x60C || c == 0x61B || c == 0x61F || c == 0x964 || c == 0x965) {
        return Glyph::punctuation;
    }
    if (within(c, 0x591, 0x5C7) || within(c, 0x64B, 0x65F)) return Glyph::mark;
    if (within(c, 0xE00, 0xEFF) || within(c, 0x1000, 0x109F) || within(c, 0x1780, 0x17FF)) {
        return Glyph::ideograph;
    }
    if (c < 0x1100) return Glyph::letter;
    if (within(c, 0x2000, 0x200A) || c == 0x3000 || c == 0x202F || c == 0x2028) return Glyph::space;
    if (within(c, 0x200B, 0x200F) || within(c, 0xFE00, 0xFE0F) || c == 0xFEFF) return Glyph::mark;
    if (within(c, 0x2010, 0x2BFF) || within(c, 0x3001, 0x303F)) return Glyph::punctuation;
    const bool spaceless = within(c, 0x3040, 0x30FF) || within(c, 0x3400, 0x9FFF) ||
                           within(c, 0xAC00, 0xD7AF) || within(c, 0xF900, 0xFAFF) ||
                           within(c, 0x20000, 0x3FFFF);
    if (spaceless) return Glyph::ideograph;
    return c >= 0xFE00 ? Glyph::punctuation : Glyph::letter;
}

}  // namespace

char32_t decode(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return text[at++] & 0x7F;
    const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t value = lead & (0x3F >> extra);
    std::size_t i = at + 1;
    for (int k = 0; k < extra; ++k, ++i) {
        if (i >= text.size() || (byte(i) & 0xC0) != 0x80 || lead < 0xC0) {
            ++at;
            return 0xFFFD;
        }
        value = (value << 6) | (byte(i) & 0x3F);
    }
    at = i;
    return value;
}

Folded fold(char32_t c) {
    if (c < 0x80) return {c >= 'A' && c <= 'Z' ? c + 32 : c, 0};
    if (within(c, 0xC0, 0x17F)) return fold_latin(c);
    if (within(c, 0x386, 0x3CE)) return {fold_greek(c), 0};
    if (within(c, 0x400, 0x45F)) return {fold_cyrillic(c), 0};
    if (within(c, 0x1EA0, 0x1EF9)) return {static_cast<char32_t>(kVietnamese[c - 0x1EA0]), 0};
    if (within(c, 0xFF01, 0xFF5E)) return fold(c - 0xFEE0);
    if (c == 0x1A0 || c == 0x1A1) return {'o', 0};
    if (c == 0x1AF || c == 0x1B0) return {'u', 0};
    return {c, 0};
}

Glyph glyph_of(char32_t c) {
    if (c >= 0x80) return c == 0xA0 || c == 0x85 ? Glyph::space : wide_glyph(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Glyph::letter;
    if (c >= '0' && c <= '9') return Glyph::digit;
    return c <= ' ' ? Glyph::space : Glyph::punctuation;
}

}  // namespace llmr::classifier
