#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace llmr::classifier {

/// How often each byte occurs in what is read of a turn, and how it ends: enough to tell scripts,
/// digits, capitals and punctuation apart without looking at the text again.
struct TextShape {
    std::array<std::uint32_t, 256> bytes{};
    std::uint32_t total = 0;
    unsigned char last = 0;  ///< the last byte that is no white space
    unsigned char first = 0;

    std::uint32_t count(char c) const { return bytes[static_cast<unsigned char>(c)]; }
    /// Bytes from `low` to `high`, both included.
    std::uint32_t within(unsigned char low, unsigned char high) const;
};

/// One pass over the windows.
TextShape shape_of(std::span<const std::string_view> windows);

}  // namespace llmr::classifier
