#include "core/http_date.hpp"

#include <array>
#include <ctime>
#include <string>

namespace llmr {

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    constexpr std::array kForms{"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                "%a %b %e %H:%M:%S %Y"};
    const std::string date(text);
    for (const char* form : kForms) {
        std::tm parts{};
        // The names of days and months are those of the C locale, which this program never leaves.
        const char* const end = strptime(date.c_str(), form, &parts);
        if (end == nullptr || *end != '\0') continue;
        return static_cast<std::int64_t>(timegm(&parts)) * 1000;
    }
    return std::nullopt;
}

}  // namespace llmr
