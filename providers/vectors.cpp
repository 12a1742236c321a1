#include "providers/vectors.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "core/text.hpp"

namespace llmr::providers {
namespace {

std::optional<Vector> decode_base64(std::string_view text) {
    std::string bytes;
    if (!base64_decode(text, bytes) || bytes.size() % 4 != 0) return std::nullopt;
    Vector vector;
    vector.reserve(bytes.size() / 4);
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
        std::uint32_t bits = 0;
        for (std::size_t byte = 4; byte-- > 0;)
            bits = bits << 8 | static_cast<unsigned char>(bytes[i + byte]);
        vector.push_back(std::bit_cast<float>(bits));
        if (!std::isfinite(vector.back())) return std::nullopt;
    }
    return vector;
}

}  // namespace

std::optional<Vector> read_vector(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return decode_base64(text);
    simdjson::dom::array numbers;
    if (value.get(numbers) != simdjson::SUCCESS) return std::nullopt;
    Vector vector;
    vector.reserve(numbers.size());
    for (const simdjson::dom::element item : numbers) {
        double number = 0;
        if (item.get(number) != simdjson::SUCCESS) return std::nullopt;
        vector.push_back(static_cast<float>(number));
        if (!std::isfinite(vector.back())) return std::nullopt;
    }
    return vector;
}

void write_floats(JsonWriter& out, const Vector& vector) {
    std::array<char, 32> digits{};
    out.begin_array();
    for (const float number : vector) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        out.raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    out.end_array();
}

std::string vector_base64(const Vector& vector) {
    std::string bytes;
    bytes.reserve(vector.size() * 4);
    for (const float number : vector) {
        const auto bits = std::bit_cast<std::uint32_t>(number);
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<char>(bits >> shift & 0xFF));
    }
    return base64_encode(bytes);
}

}  // namespace llmr::providers
