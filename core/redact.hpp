#pragma once

#include <string>
#include <string_view>

namespace llmr {

/// `text` as one line that holds no credential: "sk-..." and "Bearer ..." of 16 characters and more
/// become "[redacted]", control characters become blanks. A net for what should not have been
/// logged in the first place. Linear time.
std::string redact(std::string_view text);

}  // namespace llmr
