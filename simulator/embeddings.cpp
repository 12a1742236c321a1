#include "simulator/embeddings.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "simulator/hash.hpp"
#include "simulator/models.hpp"

namespace llmr::simulator {

std::vector<double> raw_embedding(std::string_view model, std::string_view text, int length) {
    Random random(hash_text(text, hash_text(canonical_model_name(model))));
    std::vector<double> vector(static_cast<std::size_t>(std::max(length, 0)));
    for (auto& number : vector) {
        number = random.signed_unit();
    }
    return vector;
}

std::vector<float> embedding(std::string_view model, std::string_view text, int length, int kept) {
    auto raw = raw_embedding(model, text, length);
    raw.resize(static_cast<std::size_t>(std::clamp(kept, 0, length)));
    double squares = 0;
    for (const double number : raw) {
        squares += number * number;
    }
    const double norm = squares > 0 ? std::sqrt(squares) : 1;
    std::vector<float> unit;
    unit.reserve(raw.size());
    for (const double number : raw) {
        unit.push_back(static_cast<float>(number / norm));
    }
    return unit;
}

void write_floats(JsonWriter& writer, const std::vector<float>& vector) {
    writer.begin_array();
    std::array<char, 32> digits{};
    for (const float number : vector) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        writer.raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    writer.end_array();
}

std::string float_bytes(const std::vector<float>& vector) {
    std::string bytes;
    bytes.reserve(vector.size() * sizeof(float));
    for (const float number : vector) {
        const auto bits = std::bit_cast<std::uint32_t>(number);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>((bits >> shift) & 0xFF);
        }
    }
    return bytes;
}

}  // namespace llmr::simulator
