#include "simulator/form.hpp"

#include <algorithm>
#include <charconv>

namespace llmr::simulator {

std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const auto digits = text.substr(std::min(i + 1, text.size()), 2);
        const auto end =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16).ptr;
        if (text[i] == '%' && digits.size() == 2 && end == digits.data() + digits.size()) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::optional<std::string> form_value(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(pair.size() + 1, form.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (percent_decode(pair.substr(0, equals)) != name) {
            continue;
        }
        std::string value(pair.substr(std::min(equals + 1, pair.size())));
        std::replace(value.begin(), value.end(), '+', ' ');
        return percent_decode(value);
    }
    return std::nullopt;
}

}  // namespace llmr::simulator
