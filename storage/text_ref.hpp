#pragma once

#include <compare>
#include <string>

namespace llmr::storage {

/// A text of a counted row as part of a key: compared by content, not copied.
struct TextRef {
    const std::string* text;
    bool operator==(const TextRef& other) const { return *text == *other.text; }
    std::strong_ordering operator<=>(const TextRef& other) const { return *text <=> *other.text; }
};

}  // namespace llmr::storage
