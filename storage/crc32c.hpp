#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace llmr::storage {

namespace detail {

constexpr std::array<std::uint32_t, 256> crc32c_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ (value & 1 ? 0x82F63B78U : 0U);
        table[byte] = value;
    }
    return table;
}

}  // namespace detail

/// CRC-32C (Castagnoli) of `bytes`. `seed` is the checksum of what precedes them, or 0.
constexpr std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0) {
    constexpr auto kTable = detail::crc32c_table();
    std::uint32_t value = ~seed;
    for (const char c : bytes)
        value = (value >> 8) ^ kTable[(value ^ static_cast<unsigned char>(c)) & 0xFFU];
    return ~value;
}
static_assert(crc32c("123456789") == 0xE3069283U);

}  // namespace llmr::storage
