#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "core/error.hpp"

namespace llmr::providers {

/// The error in a body or chunk that came with status 200: a truthy `error` member, or an array of
/// one object that has it. Nothing if there is none.
std::optional<Error> in_band_error(simdjson::dom::element root);

/// Valid UTF-8 without control characters, without credentials, at most 500 bytes.
std::string clean_message(std::string_view text);

}  // namespace llmr::providers
