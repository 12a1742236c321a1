#include <array>

#include "core/text.hpp"

namespace llmr {
namespace {

// A byte's class and the kind of run it stands in give its cost, in 1/64 of a token. What a group
// costs beyond its first byte keeps long rules ("======") and deep indentation from being free.
enum Class : std::uint8_t { word, space, punctuation, wide, foreign, continuation, kClasses };
enum State : std::uint8_t { other, one_space, spaces, punctuated, kStates };

constexpr std::int64_t kUnit = 64;

struct Step {
    std::uint8_t cost;
    State next;
};

constexpr Class class_of(unsigned byte) {
    const bool letter_or_digit = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                                 (byte >= 'a' && byte <= 'z');
    if (letter_or_digit) return word;
    if (byte <= ' ' || byte == 0x7f) return space;
    if (byte < 0x80) return punctuation;
    if (byte < 0xc0) return continuation;
    // Leads of U+3000..U+DFFF (kana, Han, Hangul), of full-width forms, and of all 4-byte ones.
    const bool is_wide = (byte >= 0xe3 && byte <= 0xed) || byte >= 0xef;
    return is_wide ? wide : foreign;
}

constexpr Step step_for(State state, Class c) {
    const bool in_spaces = state == one_space || state == spaces;
    switch (c) {
        case word:
            return {kUnit / 4, other};
        case space:
            // A single space belongs to the word after it; a run (line break, indent) is a token.
            if (!in_spaces) return {0, one_space};
            return {state == one_space ? std::uint8_t{kUnit} : std::uint8_t{1}, spaces};
        case punctuation:
            return {state == punctuated ? std::uint8_t{kUnit / 16} : std::uint8_t{kUnit},
                    punctuated};
        case wide:
            return {kUnit, other};
        case foreign:
            return {kUnit / 2, other};
        default:
            return {0, other};
    }
}

constexpr auto kClassOf = [] {
    std::array<Class, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte)
        table[byte] = class_of(byte);
    return table;
}();

constexpr auto kSteps = [] {
    std::array<std::array<Step, kClasses>, kStates> table{};
    for (unsigned s = 0; s < kStates; ++s) {
        for (unsigned c = 0; c < kClasses; ++c) {
            table[s][c] = step_for(static_cast<State>(s), static_cast<Class>(c));
        }
    }
    return table;
}();

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
    std::int64_t cost = 0;
    State state = other;
    for (const char c : text) {
        const Step step = kSteps[state][kClassOf[static_cast<unsigned char>(c)]];
        cost += step.cost;
        state = step.next;
    }
    return (cost + kUnit - 1) / kUnit;
}

}  // namespace llmr
