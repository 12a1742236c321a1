#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmr::providers {

/// The base64 payload of a data: URI, nothing for any other address.
std::optional<std::string_view> data_uri_payload(std::string_view uri);
/// The media type of a data: URI, "image/jpeg" if it names none.
std::string_view data_uri_type(std::string_view uri);
/// A data: URI for base64 image bytes; the type is told from the first bytes, image/jpeg if
/// unknown.
std::string image_data_uri(std::string_view base64);

}  // namespace llmr::providers
