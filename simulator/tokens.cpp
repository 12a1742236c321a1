#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

constexpr std::size_t kLongestWord = 12;
constexpr std::size_t kLongestRun = 16;

constexpr unsigned char byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

constexpr bool is_word(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c >= 0x80;
}

constexpr bool is_continuation(unsigned char c) {
    return (c & 0xC0) == 0x80;
}

std::size_t run_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && length < kLongestRun && text[length] == text[0]) {
        ++length;
    }
    return length;
}

}  // namespace

std::size_t token_length(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const bool blank = text[0] == ' ' && text.size() > 1 && is_word(byte_at(text, 1));
    const std::size_t start = blank ? 1 : 0;
    if (!is_word(byte_at(text, start))) {
        return run_length(text);
    }
    std::size_t end = start + 1;
    while (end < text.size() && is_word(byte_at(text, end)) &&
           (end - start < kLongestWord || is_continuation(byte_at(text, end)))) {
        ++end;
    }
    return end;
}

std::int64_t count_tokens(std::string_view text) {
    std::int64_t count = 0;
    while (!text.empty()) {
        text.remove_prefix(token_length(text));
        ++count;
    }
    return count;
}

std::string_view first_tokens(std::string_view text, std::int64_t limit) {
    std::size_t end = 0;
    for (std::int64_t i = 0; i < limit && end < text.size(); ++i) {
        end += token_length(text.substr(end));
    }
    return text.substr(0, end);
}

}  // namespace llmr::simulator
