#include "classifier/text_shape.hpp"

#include <algorithm>

namespace llmr::classifier {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

}  // namespace

std::uint32_t TextShape::within(unsigned char low, unsigned char high) const {
    std::uint32_t sum = 0;
    for (unsigned c = low; c <= high; ++c)
        sum += bytes[c];
    return sum;
}

TextShape shape_of(std::span<const std::string_view> windows) {
    TextShape shape;
    for (std::string_view window : windows) {
        for (char c : window)
            ++shape.bytes[static_cast<unsigned char>(c)];
        shape.total += static_cast<std::uint32_t>(window.size());
        const std::size_t begin = window.find_first_not_of(kBlank);
        if (begin == std::string_view::npos) continue;
        if (shape.first == 0) shape.first = static_cast<unsigned char>(window[begin]);
        shape.last = static_cast<unsigned char>(window[window.find_last_not_of(kBlank)]);
    }
    return shape;
}

}  // namespace llmr::classifier
