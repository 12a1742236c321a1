#include "core/redact.hpp"

#include <cctype>

#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::size_t kMinTokenLength = 16;
constexpr std::string_view kKeyPrefix = "sk-";
constexpr std::string_view kBearer = "bearer ";
constexpr std::string_view kReplacement = "[redacted]";

bool is_alphanumeric(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_token_char(char c) {
    return is_alphanumeric(c) || std::string_view("-_.~+/=").find(c) != std::string_view::npos;
}

std::size_t token_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_token_char(text[length]))
        ++length;
    return length;
}

/// Length of the credential that `text` begins with; 0 if it begins with none.
std::size_t credential_length(std::string_view text) {
    if (text.starts_with(kKeyPrefix)) {
        const std::size_t length = token_length(text);
        return length >= kMinTokenLength ? length : 0;
    }
    if (!iequals(text.substr(0, kBearer.size()), kBearer)) return 0;
    const std::size_t start = text.find_first_not_of(' ', kBearer.size());
    if (start == std::string_view::npos) return 0;
    const std::size_t length = token_length(text.substr(start));
    return length >= kMinTokenLength ? start + length : 0;
}

}  // namespace

std::string redact(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        // Only at the beginning of a word: "task-management-system" is no key.
        const bool word_start = i == 0 || !is_alphanumeric(text[i - 1]);
        const std::size_t credential = word_start ? credential_length(text.substr(i)) : 0;
        if (credential > 0) {
            result += kReplacement;
            i += credential;
            continue;
        }
        const unsigned char c = static_cast<unsigned char>(text[i++]);
        result += c < 0x20 || c == 0x7F ? ' ' : static_cast<char>(c);
    }
    return result;
}

}  // namespace llmr
