#include "providers/images.hpp"

#include <array>

#include "core/text.hpp"

namespace llmr::providers {
namespace {

struct Signature {
    std::string_view base64_head;
    std::string_view type;
};

// The magic numbers of the formats, as base64 shows them.
constexpr std::array kSignatures{
    Signature{"iVBORw0KGgo", "image/png"},
    Signature{"/9j/", "image/jpeg"},
    Signature{"R0lGOD", "image/gif"},
    Signature{"UklGR", "image/webp"},
};

std::string_view image_type(std::string_view base64) {
    for (const Signature& row : kSignatures) {
        if (base64.starts_with(row.base64_head)) return row.type;
    }
    return "image/jpeg";
}

}  // namespace

std::optional<std::string_view> data_uri_payload(std::string_view uri) {
    if (!iequals(uri.substr(0, 5), "data:")) return std::nullopt;
    const std::size_t comma = uri.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    if (!iequals(uri.substr(0, comma).substr(uri.substr(0, comma).rfind(';') + 1), "base64"))
        return std::nullopt;
    return uri.substr(comma + 1);
}

std::string_view data_uri_type(std::string_view uri) {
    constexpr std::string_view kScheme = "data:";
    if (!iequals(uri.substr(0, kScheme.size()), kScheme)) return "image/jpeg";
    const std::string_view type =
        uri.substr(kScheme.size(), uri.find_first_of(";,") - kScheme.size());
    return type.empty() ? "image/jpeg" : type;
}

std::string image_data_uri(std::string_view base64) {
    if (iequals(base64.substr(0, 5), "data:")) return std::string(base64);
    std::string uri = "data:";
    uri.append(image_type(base64)).append(";base64,").append(base64);
    return uri;
}

}  // namespace llmr::providers
