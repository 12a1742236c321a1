#include <array>

#include "core/text.hpp"
#include "providers/upstream_error.hpp"

namespace llmr::providers {
namespace {

constexpr std::size_t kMaxMessageBytes = 500;

// How the keys of well-known vendors begin. What follows is cut out up to the end of the word.
constexpr std::array<std::string_view, 6> kKeyPrefixes{"sk-",  "AIza", "gsk_",
                                                       "xai-", "hf_",  "Bearer "};
constexpr std::size_t kMinSecretBytes = 6;

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '*' || c == '+' || c == '/' || c == '=';
}

std::size_t word_end(std::string_view text, std::size_t from) {
    while (from < text.size() && is_word(text[from]))
        ++from;
    return from;
}

void redact(std::string& text, std::string_view prefix) {
    std::size_t at = 0;
    while ((at = text.find(prefix, at)) != std::string::npos) {
        const std::size_t secret = at + prefix.size();
        const std::size_t end = word_end(text, secret);
        const bool inside_word = at > 0 && is_word(text[at - 1]) && text[at - 1] != '=';
        if (!inside_word && end - secret >= kMinSecretBytes)
            text.replace(secret, end - secret, "***");
        at = secret;
    }
}

}  // namespace

std::string clean_message(std::string_view text) {
    // Redaction looks at more than is kept, so that a key across the cut is found too.
    std::string clean = repair_utf8(text.substr(0, 4 * kMaxMessageBytes));
    for (char& c : clean) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    for (const std::string_view prefix : kKeyPrefixes)
        redact(clean, prefix);
    if (clean.size() > kMaxMessageBytes) {
        std::size_t end = kMaxMessageBytes;
        while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80)
            --end;
        clean.resize(end);
    }
    return std::string(trim(clean));
}

}  // namespace llmr::providers
